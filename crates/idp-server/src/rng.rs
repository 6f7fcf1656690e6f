//! The one place that asks the world for random numbers: a cryptographically secure generator per
//! thread, seeded and reseeded by the operating system.

use rand::rngs::ThreadRng;

/// The generator of this thread.
#[expect(clippy::disallowed_methods, reason = "this is the random number adapter")]
pub fn rng() -> ThreadRng {
    rand::rng()
}
