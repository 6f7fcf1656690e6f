//! A file that only its owner may read (mode 0600), and that is there as a whole or not at all: it is
//! written under another name and takes its own, or that of the file before it, at the end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rand::RngCore;

use super::failure::Failure;

/// A file on its way. Dropped before [`finish`](Self::finish), it leaves nothing behind.
pub struct PrivateFile {
    path: PathBuf,
    temporary: PathBuf,
    file: File,
    finished: bool,
}

impl PrivateFile {
    /// Begins a file. What is there and is no plain file (a device, a directory) is not replaced.
    pub fn create(path: &Path, rng: &mut dyn RngCore) -> Result<Self, Failure> {
        let refused = |reason: &dyn std::fmt::Display| {
            Failure::input(format!("{} cannot be written: {reason}", path.display()))
        };
        if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(refused(&"it exists and is no plain file"));
        }
        let Some(name) = path.file_name() else { return Err(refused(&"it has no name")) };
        let mut temporary = name.to_os_string();
        temporary.push(format!(".new-{:016x}", rng.next_u64()));
        let temporary = path.with_file_name(temporary);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary);
        let file = file.map_err(|error| refused(&error))?;
        Ok(Self { path: path.to_owned(), temporary, file, finished: false })
    }

    /// Puts it in its place, on disk when this returns.
    pub fn finish(mut self) -> Result<(), Failure> {
        let placed = self.file.sync_all().and_then(|()| fs::rename(&self.temporary, &self.path));
        placed.map_err(|error| {
            Failure::environment(format!("{} cannot be written: {error}", self.path.display()))
        })?;
        self.finished = true;
        Ok(())
    }
}

impl Write for PrivateFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        if !self.finished {
            // Nobody is left to tell; the name says what it is.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::rng::rng;

    #[test]
    fn a_file_is_there_as_a_whole_or_not_at_all() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        fs::write(&path, "before").expect("written");
        let mut left = PrivateFile::create(&path, &mut rng()).expect("begun");
        left.write_all(b"half").expect("written");
        drop(left);
        assert_eq!(fs::read(&path).expect("read"), b"before");
        let mut file = PrivateFile::create(&path, &mut rng()).expect("begun");
        file.write_all(b"whole").expect("written");
        file.finish().expect("finished");
        assert_eq!(fs::read(&path).expect("read"), b"whole");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).expect("read").count(), 1);
    }

    #[test]
    fn what_is_no_plain_file_is_not_replaced() {
        let told = PrivateFile::create(Path::new("/dev/null"), &mut rng()).err().expect("refused");
        assert!(told.to_string().contains("no plain file"), "{told}");
        assert!(PrivateFile::create(Path::new("/"), &mut rng()).is_err());
    }
}
