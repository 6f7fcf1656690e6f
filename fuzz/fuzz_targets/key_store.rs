//! A Java key store and a certificate, as an administrator brings them: the fuzzer writes the entries,
//! the target seals them with the right digest, so that the parser behind is reached. Whole entries
//! come back as they were written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openssl::sha::Sha1;

// The files themselves: their crate would bring the database along.
#[path = "../../crates/idp-admin/src/trust/basic_constraints.rs"]
mod basic_constraints;
#[path = "../../crates/idp-admin/src/trust/java_key_store.rs"]
mod java_key_store;

#[derive(Debug, arbitrary::Arbitrary)]
struct Store<'a> {
    version: u32,
    /// Added to the true number of entries.
    more: u32,
    entries: Vec<Entry<'a>>,
    password: &'a str,
    /// Edits of what is then sealed.
    flips: Vec<(u16, u8)>,
}

#[derive(Debug, arbitrary::Arbitrary)]
enum Entry<'a> {
    Trusted { alias: &'a str, der: &'a [u8] },
    PrivateKey { alias: &'a str, key: &'a [u8], chain: Vec<&'a [u8]> },
    Anything(&'a [u8]),
}

fuzz_target!(|store: Store| {
    let intact = store.flips.is_empty()
        && store.more == 0
        && !store.entries.iter().any(|entry| matches!(entry, Entry::Anything(_)));
    let version = if intact { 1 + store.version % 2 } else { store.version };
    let mut content = java_key_store::MAGIC.to_vec();
    content.extend(version.to_be_bytes());
    let count = u32::try_from(store.entries.len()).expect("few").wrapping_add(store.more);
    content.extend(count.to_be_bytes());
    for entry in &store.entries {
        write(entry, version, &mut content);
    }
    for (at, flip) in &store.flips {
        if let Some(byte) = content.get_mut(usize::from(*at)) {
            *byte ^= flip;
        }
    }
    let digest = digest(&content, store.password);
    content.extend(digest);
    let read = java_key_store::read(&content, store.password);
    if intact && store.entries.len() <= 1_000 && chains_are_short(&store.entries) {
        let read = read.expect("a whole store");
        let found = read.trusted.iter().map(|(alias, der)| (alias.as_str(), der.as_slice()));
        assert!(found.eq(trusted(&store)));
    } else if let Ok(read) = read {
        for (_, der) in &read.trusted {
            let _ = basic_constraints::is_ca(der);
        }
    }
    if let Some(Entry::Anything(der)) = store.entries.first() {
        let _ = basic_constraints::is_ca(der);
    }
});

fn write(entry: &Entry<'_>, version: u32, out: &mut Vec<u8>) {
    let certificate = |der: &[u8], out: &mut Vec<u8>| {
        if version == 2 {
            text("X.509", out);
        }
        counted(der, out);
    };
    match entry {
        Entry::Trusted { alias, der } => {
            head(2, alias, out);
            certificate(der, out);
        }
        Entry::PrivateKey { alias, key, chain } => {
            head(1, alias, out);
            counted(key, out);
            out.extend(u32::try_from(chain.len()).expect("few").to_be_bytes());
            chain.iter().for_each(|der| certificate(der, out));
        }
        Entry::Anything(bytes) => out.extend_from_slice(bytes),
    }
}

fn head(tag: u32, alias: &str, out: &mut Vec<u8>) {
    out.extend(tag.to_be_bytes());
    text(alias, out);
    out.extend([0; 8]);
}

/// At most 64 kB of input, so every length fits.
fn text(text: &str, out: &mut Vec<u8>) {
    out.extend(u16::try_from(text.len()).expect("short").to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn counted(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(u32::try_from(bytes.len()).expect("short").to_be_bytes());
    out.extend_from_slice(bytes);
}

fn trusted<'a>(store: &'a Store<'_>) -> impl Iterator<Item = (&'a str, &'a [u8])> {
    store.entries.iter().filter_map(|entry| match entry {
        Entry::Trusted { alias, der } => Some((*alias, *der)),
        _ => None,
    })
}

fn chains_are_short(entries: &[Entry<'_>]) -> bool {
    entries.iter().all(|entry| match entry {
        Entry::PrivateKey { chain, .. } => chain.len() <= 100,
        _ => true,
    })
}

fn digest(content: &[u8], password: &str) -> [u8; 20] {
    let mut digest = Sha1::new();
    for unit in password.encode_utf16() {
        digest.update(&unit.to_be_bytes());
    }
    digest.update(b"Mighty Aphrodite");
    digest.update(content);
    digest.finish()
}
