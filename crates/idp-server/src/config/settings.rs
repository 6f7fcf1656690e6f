//! Every setting with its default. Times are whole seconds, as the names say.

use std::collections::BTreeMap;

use authenticators::sms_otp::SmsOtpConfig;
use serde::{Deserialize, Serialize};

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {$(
            $(#[$field_doc])*
            pub $field: $type,
        )*}

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

section! {
    /// The settings of one server.
    Settings {
        /// The address and port to listen on.
        listen: String = "127.0.0.1:9763".to_owned(),
        /// The address people and service providers reach us at, without a path. Nothing in a
        /// request changes it.
        public_url: String = "http://localhost:9763".to_owned(),
        /// `sqlite:PATH` or `postgres://…`.
        database_url: String = "sqlite:idp.sqlite3".to_owned(),
        /// Where the private keys are.
        key_directory: String = "keys".to_owned(),
        /// Our entityID; empty means the address of the metadata.
        entity_id: String = String::new(),
        /// The name on the pages.
        product_name: String = "Portcullis".to_owned(),
        /// Whom people ask for help: an e-mail address, a web address or words. Empty: pages name nobody.
        help_contact: String = String::new(),
        /// The language of pages for people whose browser asks for none that pages are written in:
        /// `en`, `de`, `es` or `ar`.
        default_language: String = "en".to_owned(),
        /// How the pages look.
        appearance: Appearance = Appearance::default(),
        /// Addresses or networks of reverse proxies whose X-Forwarded-For is believed.
        trusted_proxies: Vec<String> = Vec::new(),
        /// What is written about the running server.
        log: Log = Log::default(),
        /// Resources of the process.
        server: Server = Server::default(),
        /// Counters for monitors.
        metrics: Metrics = Metrics::default(),
        /// SAML messages.
        saml: Saml = Saml::default(),
        /// Fetching the metadata of service providers.
        metadata: Metadata = Metadata::default(),
        /// What our metadata says of the organization.
        organization: Organization = Organization::default(),
        /// Logins in progress.
        login: Login = Login::default(),
        /// Sessions after a login.
        session: Session = Session::default(),
        /// Wrong answers, and the cost of judging passwords.
        attempts: Attempts = Attempts::default(),
        /// One-time codes by text message.
        sms_otp: SmsOtp = SmsOtp::default(),
        /// Sending text messages.
        sms: Sms = Sms::default(),
        /// What one address may ask of us.
        rate: Rate = Rate::default(),
        /// The pages for administrators.
        console: Console = Console::default(),
        /// The audit trail.
        audit: Audit = Audit::default(),
        /// The REST API.
        api: Api = Api::default(),
    }
}

section! {
    /// How the pages look.
    Appearance {
        /// The colour of buttons and links, such as `#0b5d71`; empty means the built-in one.
        accent: String = String::new(),
        /// A PNG, JPEG or WebP file with a logo; empty means the built-in one.
        logo_file: String = String::new(),
    }
}

section! {
    /// What is written about the running server.
    Log {
        /// `text` or `json`.
        format: LogFormat = LogFormat::Text,
        /// `error`, `warn`, `info`, `debug` or a filter such as `info,idp_server=debug`.
        level: String = "info".to_owned(),
    }
}

section! {
    /// Resources of the process.
    Server {
        /// Threads that serve connections; 0 means one per core.
        workers: usize = 0,
        /// Connections to the database.
        database_connections: u32 = 8,
        /// How long a stopping server waits for requests under way.
        shutdown_seconds: u64 = 10,
    }
}

section! {
    /// Counters for monitors.
    Metrics {
        /// The address and port that serve `/metrics`; empty: nothing does.
        listen: String = String::new(),
    }
}

section! {
    /// SAML messages.
    Saml {
        /// How far clocks may differ, each way.
        clock_skew_seconds: u32 = 180,
        /// How old an AuthnRequest may be, beyond the skew.
        request_window_seconds: u32 = 300,
        /// How long a logout waits for one service provider.
        logout_wait_seconds: u32 = 10,
        /// How long a logout may take in all.
        logout_seconds: u32 = 60,
        /// How long our metadata may be used.
        metadata_validity_seconds: u32 = 604_800,
        /// Which service providers may be answered over plain http.
        plain_http: PlainHttp = PlainHttp::Loopback,
        /// Algorithms that no signature may use, theirs or ours, by URI or short name.
        denied_algorithms: Vec<String> = Vec::new(),
    }
}

section! {
    /// Fetching the metadata of service providers.
    Metadata {
        /// Addresses or networks, beyond the public internet, that metadata may be fetched from.
        allowed_networks: Vec<String> = Vec::new(),
        /// How long a fetch may take.
        fetch_timeout_seconds: u32 = 10,
        /// How long the fetch of an aggregate may take.
        aggregate_timeout_seconds: u32 = 120,
        /// The largest aggregate, in millions of bytes, unpacked.
        aggregate_megabytes: u32 = 256,
        /// How long a sign-in waits for a metadata query service.
        query_timeout_seconds: u32 = 5,
        /// How many service providers that nobody registered are looked up per minute.
        queries_per_minute: u32 = 60,
    }
}

section! {
    /// What our metadata says of the organization. Empty values are left out.
    Organization {
        /// The registered name.
        name: String = String::new(),
        /// Its web address.
        url: String = String::new(),
        /// Where people with technical questions write.
        technical_contact_email: String = String::new(),
        /// An https address that explains errors.
        error_url: String = String::new(),
        /// The https address of a logo.
        logo_url: String = String::new(),
        /// Its width in pixels.
        logo_width: u32 = 0,
        /// Its height in pixels.
        logo_height: u32 = 0,
        /// Domains that scoped attributes may end in. The first stands behind the @ of subject-id and
        /// pairwise-id; without one nobody is told these.
        scopes: Vec<String> = Vec::new(),
    }
}

section! {
    /// Logins in progress.
    Login {
        /// How long a person may take.
        lifetime_seconds: u32 = 900,
    }
}

section! {
    /// Sessions after a login.
    Session {
        /// A session unused for so long is over.
        idle_seconds: u32 = 3_600,
        /// A session is over after so long, whatever its use.
        absolute_seconds: u32 = 28_800,
    }
}

section! {
    /// Wrong answers, and the cost of judging passwords.
    Attempts {
        /// Wrong answers in a row before the first delay.
        free: u32 = 5,
        /// The first delay; it doubles with every further wrong answer.
        first_delay_seconds: u32 = 5,
        /// Delays grow no longer than this.
        longest_delay_seconds: u32 = 900,
        /// After so many wrong answers in a row the account is locked.
        lock_after: u32 = 100,
        /// How long that lock lasts; one more wrong answer then locks again. 0: until an administrator
        /// unlocks the account.
        lock_seconds: u32 = 86_400,
        /// The wrong answer that ends a login, whatever step and account it was for.
        per_login: u32 = 20,
        /// Passwords judged at the same time, 19 MiB each; 0 means one per core.
        concurrent_hashes: usize = 0,
        /// Passwords waiting to be judged; more are answered "busy".
        hash_queue: usize = 64,
        /// How long one may wait before it is answered "busy".
        hash_wait_seconds: u32 = 5,
    }
}

section! {
    /// One-time codes by text message.
    SmsOtp {
        /// Characters of a code, 4 to 10.
        code_length: u8 = 6,
        /// Codes of digits only; otherwise of unambiguous capitals and digits.
        digits_only: bool = true,
        /// How long a code is valid, 5 to 600 seconds.
        lifetime_seconds: u32 = 300,
        /// Wrong tries before a code is dead.
        wrong_tries: u8 = 5,
        /// The wait between two codes of one login.
        resend_cooldown_seconds: u32 = 30,
        /// Codes sent in one login.
        sends_per_login: u8 = 5,
        /// Codes sent to one account, or to one number, without one being used, within
        /// `burst_window_seconds`.
        burst: u32 = 5,
        /// See `burst`.
        burst_window_seconds: u32 = 600,
        /// Codes sent to one account, or to one number, in a day.
        per_day: u32 = 30,
        /// Codes caused by one address in an hour.
        per_address_per_hour: u32 = 1_000,
        /// Codes caused by one address in a day; 0 is no limit.
        per_address_per_day: u32 = 5_000,
        /// Codes sent in a day to numbers that begin alike (calling code and three digits); 0 is no
        /// limit.
        per_prefix_per_day: u32 = 10_000,
        /// Codes sent to one country in a day; 0 is no limit.
        per_country_per_day: u32 = 50_000,
        /// The message, with `{code}`, `{app}`, and `{lifetime}` ("5 minutes") or `{minutes}` ("5").
        /// While it is the built-in one, there are built-in ones in further languages.
        message: String = SmsOtpConfig::default().message,
        /// The message in further languages, by their tags (RFC 5646).
        messages: BTreeMap<String, String> = BTreeMap::new(),
        /// Whether a last line `@host #code` is added to the message, by which phones offer the code
        /// on the right page only.
        origin_bound: bool = true,
        /// How many hours after its making an account is fresh: where a service provider lets people
        /// enrol, such a person may give a number without a further proof. 0: never, 720 at most.
        fresh_account_hours: u32 = 24,
        /// Countries that codes are sent to, such as `["LK", "DE"]` (ISO 3166-1); empty means all.
        allowed_countries: Vec<String> = Vec::new(),
    }
}

section! {
    /// Sending text messages.
    Sms {
        /// How long all gateways together may take for one message.
        budget_seconds: u32 = 8,
        /// How long one gateway may take while another one waits for its turn, in milliseconds.
        turn_milliseconds: u32 = 1_500,
        /// After so many failures in a row a gateway is tried only when all others failed.
        breaker_failures: u32 = 3,
        /// How long, until it is tried out again.
        breaker_seconds: u32 = 30,
        /// How many days the ledger of messages is kept.
        ledger_days: u32 = 90,
        /// Messages to one number prefix within an hour from which on unused codes are suspicious.
        pumping_sends: u32 = 20,
        /// Suspicious is when fewer than so many in a hundred codes are used; 0 never is.
        pumping_used_percent: u32 = 30,
    }
}

section! {
    /// What one address may ask of us.
    Rate {
        /// Sign-in requests without a live session, and refused requests, per second; 0 is no limit.
        anonymous_per_second: u32 = 200,
        /// How many may come at once after a quiet time.
        anonymous_burst: u32 = 1_000,
    }
}

section! {
    /// The pages for administrators.
    Console {
        /// Whether service providers that are added there begin in quarantine.
        quarantine: bool = true,
    }
}

section! {
    /// The audit trail.
    Audit {
        /// How many days rows are kept; 0: for ever.
        keep_days: u32 = 0,
    }
}

section! {
    /// The REST API.
    Api {
        /// How many days an access token may work at most.
        longest_token_days: u32 = 365,
        /// Wrong access tokens of one address per second that are told so; 0 is no limit.
        wrong_tokens_per_second: u32 = 1,
        /// How many may come at once after a quiet time.
        wrong_tokens_burst: u32 = 20,
    }
}

/// The form of log lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Which service providers may be answered over plain http.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlainHttp {
    /// Those on this machine only.
    Loopback,
    /// All. For test networks.
    Any,
}
