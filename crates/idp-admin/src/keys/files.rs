//! Private files: created with their final content and mode in one atomic step, and refused when
//! others could read them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use idp_core::id::hex;
use idp_core::secret::Secret;
use rand::RngCore;

use super::KeyError;

/// Bits that let others than the owner read, write or enter.
const OTHERS: u32 = 0o077;
/// Bits that let others than the owner write.
const OTHERS_WRITE: u32 = 0o022;

/// Makes the directory (mode 0700) when there is none, and refuses one that others may write to:
/// they could put their own key there.
pub(super) fn ensure_directory(path: &Path) -> Result<(), KeyError> {
    let failed = |source| KeyError::io(path, "create", source);
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.mode() & OTHERS_WRITE != 0 {
        return Err(KeyError::Exposed {
            path: path.to_owned(),
            mode: metadata.mode() & 0o7777,
            wanted: 0o700,
        });
    }
    Ok(())
}

/// The text of a private file; `None` when there is none. The mode is that of the opened file, so
/// that a file exchanged in between cannot pass.
pub(super) fn read_private(path: &Path) -> Result<Option<Secret<String>>, KeyError> {
    let failed = |source| KeyError::io(path, "read", source);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mode = file.metadata().map_err(failed)?.mode() & 0o7777;
    if mode & OTHERS != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode, wanted: 0o600 });
    }
    io::read_to_string(file).map(|text| Some(Secret::new(text))).map_err(failed)
}

/// Creates a private file (mode 0600) with this content, on disk when this returns. False when a
/// file of that name exists; it then stays as it is.
///
/// The content is written under a temporary name and linked to its own, which fails when that is
/// taken: nobody ever sees half a file, and of several creators exactly one wins.
pub(super) fn create_private(
    path: &Path,
    content: &[u8],
    rng: &mut dyn RngCore,
) -> Result<bool, KeyError> {
    let failed = |source| KeyError::io(path, "create", source);
    let mut suffix = [0; 8];
    rng.fill_bytes(&mut suffix);
    let temporary = path.with_extension(format!("new-{}", hex(&suffix)));
    let written = write_new(&temporary, content);
    let linked = written.and_then(|()| match fs::hard_link(&temporary, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    });
    // The temporary name goes in any case; the first error is the one to report.
    let removed = fs::remove_file(&temporary);
    let created = linked.map_err(failed)?;
    removed.map_err(failed)?;
    if let Some(directory) = path.parent() {
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
    }
    Ok(created)
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
