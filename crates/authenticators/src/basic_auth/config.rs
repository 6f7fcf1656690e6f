//! The settings of `basic-auth`.

use serde::Deserialize;

use crate::ConfigProblem;

/// The settings of `basic-auth`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BasicAuthConfig {
    /// How hard new hashes are. Older hashes are renewed when their owners sign in.
    pub hashing: HashParameters,
    /// How many buffers of `hashing.memory_kib` are kept for the next hash. As many as are hashed at
    /// once is best; each costs its memory for good.
    pub kept_buffers: u32,
}

impl Default for BasicAuthConfig {
    fn default() -> Self {
        Self { hashing: HashParameters::default(), kept_buffers: 2 }
    }
}

impl BasicAuthConfig {
    pub(super) fn problems(&self) -> Vec<ConfigProblem> {
        let kept = ConfigProblem::unless_within(
            "basic_auth.kept_buffers",
            self.kept_buffers,
            0..=1024,
            "buffers",
        );
        self.hashing.problems().into_iter().chain(kept).collect()
    }
}

/// The parameters of Argon2id (RFC 9106).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HashParameters {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes; computed one after the other.
    pub lanes: u32,
}

impl Default for HashParameters {
    /// The first choice of the OWASP Password Storage Cheat Sheet.
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, lanes: 1 }
    }
}

impl HashParameters {
    /// The most a stored hash may ask for, so that an imported one cannot take the server's memory.
    const MOST: Self = Self { memory_kib: 131_072, iterations: 16, lanes: 16 };

    /// Whether Argon2id is defined for these parameters and a stored hash may ask for them.
    pub(super) const fn acceptable(self) -> bool {
        self.lanes >= 1
            && self.lanes <= Self::MOST.lanes
            && self.iterations >= 1
            && self.iterations <= Self::MOST.iterations
            && self.memory_kib >= 8 * self.lanes
            && self.memory_kib <= Self::MOST.memory_kib
    }

    /// The least memory in KiB that OWASP holds to be equal in strength with so many passes.
    const fn least_memory_kib(iterations: u32) -> u32 {
        match iterations {
            0 | 1 => 47_104,
            2 => 19_456,
            3 => 12_288,
            4 => 9_216,
            _ => 7_168,
        }
    }

    fn problems(self) -> Vec<ConfigProblem> {
        let within = ConfigProblem::unless_within;
        let least = Self::least_memory_kib(self.iterations);
        [
            within("basic_auth.hashing.iterations", self.iterations, 1..=16, "passes"),
            within("basic_auth.hashing.lanes", self.lanes, 1..=16, "lanes"),
            within(
                "basic_auth.hashing.memory_kib",
                self.memory_kib,
                least..=Self::MOST.memory_kib,
                "KiB with this number of iterations (OWASP Password Storage Cheat Sheet)",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
