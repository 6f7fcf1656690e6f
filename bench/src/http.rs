//! A small HTTP/1.1 client over one kept-alive connection. It costs little, so that on two cores
//! the server is what is measured.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// No answer takes so long, unless the server hangs.
const TIMEOUT: Duration = Duration::from_secs(30);

/// More than any page: a guard against reading without end.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// One connection to the server.
pub struct Connection {
    reader: BufReader<TcpStream>,
    host: String,
    outgoing: Vec<u8>,
}

/// An answer, read to its end.
#[derive(Debug, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header fields in the order received, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first value of a header field, named in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The beginning of the body, for an error message.
    pub fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(400).collect()
    }
}

impl Connection {
    /// Connects; `host` goes into the Host field.
    pub fn open(address: SocketAddr, host: &str) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)
            .with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(Self {
            reader: BufReader::with_capacity(32 * 1024, stream),
            host: host.to_owned(),
            outgoing: Vec::with_capacity(4 * 1024),
        })
    }

    /// Asks for a page.
    pub fn get(&mut self, target: &str, cookies: &str) -> Result<Response> {
        self.outgoing.clear();
        write!(self.outgoing, "GET {target} HTTP/1.1\r\n")?;
        self.write_fields(cookies)?;
        self.outgoing.extend_from_slice(b"\r\n");
        self.exchange()
    }

    /// Sends a form, as a browser would from a page of the same origin.
    pub fn post_form(
        &mut self,
        target: &str,
        cookies: &str,
        fields: &[(String, String)],
    ) -> Result<Response> {
        let body = encode_form(fields);
        self.outgoing.clear();
        write!(self.outgoing, "POST {target} HTTP/1.1\r\n")?;
        self.write_fields(cookies)?;
        write!(
            self.outgoing,
            "Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        )?;
        self.exchange()
    }

    fn write_fields(&mut self, cookies: &str) -> Result<()> {
        write!(self.outgoing, "Host: {}\r\nAccept: text/html\r\nUser-Agent: bench\r\n", self.host)?;
        if !cookies.is_empty() {
            write!(self.outgoing, "Cookie: {cookies}\r\n")?;
        }
        Ok(())
    }

    fn exchange(&mut self) -> Result<Response> {
        self.reader.get_mut().write_all(&self.outgoing).context("sending a request")?;
        read_response(&mut self.reader)
    }
}

/// Reads one response from a stream that may go on after it.
pub fn read_response(reader: &mut impl BufRead) -> Result<Response> {
    let mut line = String::new();
    read_line(reader, &mut line)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .with_context(|| format!("not an HTTP status line: {line:?}"))?;
    let mut response = Response { status, ..Response::default() };
    loop {
        read_line(reader, &mut line)?;
        if line.is_empty() {
            break;
        }
        let (name, value) =
            line.split_once(':').with_context(|| format!("not a header field: {line:?}"))?;
        response.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    read_body(reader, &mut response)?;
    Ok(response)
}

/// One line without its end.
fn read_line(reader: &mut impl BufRead, line: &mut String) -> Result<()> {
    line.clear();
    if reader.read_line(line).context("reading an answer")? == 0 {
        bail!("the server closed the connection instead of answering");
    }
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(())
}

fn read_body(reader: &mut impl BufRead, response: &mut Response) -> Result<()> {
    if matches!(response.status, 204 | 304) {
        return Ok(());
    }
    if response.header("transfer-encoding").is_some_and(|value| value == "chunked") {
        return read_chunks(reader, &mut response.body);
    }
    let length = response
        .header("content-length")
        .context("an answer without Content-Length cannot be read on a kept-alive connection")?
        .parse()
        .context("Content-Length is not a number")?;
    read_exactly(reader, length, &mut response.body)
}

fn read_chunks(reader: &mut impl BufRead, body: &mut Vec<u8>) -> Result<()> {
    let mut line = String::new();
    loop {
        read_line(reader, &mut line)?;
        let size = line.split(';').next().unwrap_or_default();
        let length = usize::from_str_radix(size.trim(), 16).context("reading a chunk's length")?;
        read_exactly(reader, length, body)?;
        read_line(reader, &mut line)?;
        if length == 0 {
            return Ok(());
        }
    }
}

fn read_exactly(reader: &mut impl BufRead, length: usize, body: &mut Vec<u8>) -> Result<()> {
    if body.len().saturating_add(length) > BODY_LIMIT {
        bail!("an answer is longer than {BODY_LIMIT} bytes");
    }
    let read = reader.take(length as u64).read_to_end(body).context("reading an answer")?;
    if read < length {
        bail!("an answer ended after {read} of {length} bytes");
    }
    Ok(())
}

/// A form's fields as `application/x-www-form-urlencoded`.
fn encode_form(fields: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Response> {
        read_response(&mut text.as_bytes())
    }

    #[test]
    fn a_response_is_read_to_its_length_and_no_further() {
        let mut stream: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npageHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
        let first = read_response(&mut stream).unwrap();
        let second = read_response(&mut stream).unwrap();
        assert_eq!((first.status, first.body.as_slice()), (200, b"page".as_slice()));
        assert_eq!((second.status, second.body.len()), (503, 0));
    }

    #[test]
    fn chunks_are_put_together() {
        let response = read(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
        );
        assert_eq!(response.unwrap().body, b"abc0123456789");
    }

    #[test]
    fn header_names_are_found_in_lower_case() {
        let response =
            read("HTTP/1.1 303 See Other\r\nLocation: /login/1\r\ncontent-length:0\r\n\r\n");
        assert_eq!(response.unwrap().header("location"), Some("/login/1"));
    }

    #[test]
    fn a_cut_answer_is_an_error() {
        assert!(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").is_err());
        assert!(read("").is_err());
    }

    #[test]
    fn form_fields_are_percent_encoded() {
        let fields = [("user name".to_owned(), "a&b=c+ü".to_owned())];
        assert_eq!(encode_form(&fields), "user%20name=a%26b%3Dc%2B%C3%BC");
    }
}
