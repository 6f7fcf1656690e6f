//! An SMS gateway that keeps what it is told, and behaves as it is told.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;

/// What the gateway answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behaviour {
    /// 202, and the message is kept.
    Accept,
    /// This status, and nothing is kept.
    Fail(u16),
}

#[derive(Clone, Deserialize)]
pub struct Message {
    pub to: String,
    pub text: String,
}

struct State {
    messages: Vec<Message>,
    behaviour: Behaviour,
}

pub struct Phone {
    pub url: String,
    state: Arc<Mutex<State>>,
    handle: ServerHandle,
}

impl Phone {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/sms", listener.local_addr().expect("bound"));
        let state =
            Arc::new(Mutex::new(State { messages: Vec::new(), behaviour: Behaviour::Accept }));
        let shared = web::Data::new(Arc::clone(&state));
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new().app_data(shared.clone()).route("/sms", web::post().to(receive))
                })
                .workers(1)
                .disable_signals()
                .listen(listener)
                .expect("listening")
                .run();
                sender.send(server.handle()).expect("the test waits");
                server.await
            })
        });
        Self { url, state, handle: receiver.recv().expect("the phone starts") }
    }

    pub fn behave(&self, behaviour: Behaviour) {
        self.state.lock().expect("not poisoned").behaviour = behaviour;
    }

    pub fn messages(&self) -> Vec<Message> {
        self.state.lock().expect("not poisoned").messages.clone()
    }

    /// The code in the newest message.
    pub fn code(&self) -> String {
        let messages = self.messages();
        let text = &messages.last().expect("a message arrived").text;
        let digits: String = text
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        assert_eq!(digits.len(), 6, "no code in {text:?}");
        digits
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn receive(state: web::Data<Arc<Mutex<State>>>, message: web::Json<Message>) -> HttpResponse {
    let mut state = state.lock().expect("not poisoned");
    match state.behaviour {
        Behaviour::Accept => {
            state.messages.push(message.into_inner());
            HttpResponse::Accepted().finish()
        }
        Behaviour::Fail(status) => {
            HttpResponse::build(actix_web::http::StatusCode::from_u16(status).expect("a status"))
                .finish()
        }
    }
}
