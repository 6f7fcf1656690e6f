//! The guide "Configure SMS OTP for two-factor authentication", from top to bottom, by mouse and
//! keyboard alone: an empty server, a provider with a certificate of its own, claims, a profile with
//! a mobile number, a service provider from its metadata, two steps; then a person tries it out.

use fantoccini::Locator;

use super::demo::{Demo, PASSWORD};
use super::driver::{Chromium, Script};
use super::tls_phone::TlsPhone;

const ALICE: &str = "a password that alice chose";
const MOBILE: &str = "+94771234567";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_from_top_to_bottom() {
    walk(Script::Enabled).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_from_top_to_bottom_without_javascript() {
    walk(Script::Disabled).await;
}

async fn walk(script: Script) {
    let demo = Demo::unconfigured().await;
    let provider = TlsPhone::start(&demo.phone);
    let chromium = Chromium::start(script, (1200, 900)).await;
    let hand = Hand { chromium: &chromium, demo: &demo, script };
    hand.create_the_administrator().await;
    hand.trust_the_certificate(&provider).await;
    hand.set_up_the_provider(&provider).await;
    let link = hand.add_a_user_with_a_mobile_number().await;
    hand.register_the_application().await;
    hand.tell_it_claims().await;
    hand.ask_for_two_steps().await;
    hand.sign_out().await;
    hand.choose_a_password(&link).await;
    hand.try_it_out().await;
    hand.show_the_switch_in_profiles().await;
    hand.disable_text_messages_for_the_user().await;
    hand.give_the_user_backup_codes().await;
    hand.look_at_what_happened().await;
    chromium.stop().await;
}

struct Hand<'a> {
    chromium: &'a Chromium,
    demo: &'a Demo,
    script: Script,
}

impl Hand<'_> {
    async fn go(&self, path: &str) {
        let address = format!("{}{path}", self.demo.idp);
        self.chromium.client.goto(&address).await.expect("the page");
    }

    /// Keeps a picture for the documentation.
    async fn picture(&self, name: &str) {
        if self.script == Script::Enabled {
            self.chromium.screenshot(&format!("guide-{name}")).await;
        }
    }

    async fn create_the_administrator(&self) {
        let page = self.chromium;
        page.client.goto(&self.demo.first_link()).await.expect("the first page");
        page.fill("User name", "admin").await;
        page.fill("Password", PASSWORD).await;
        page.fill("Password again", PASSWORD).await;
        page.push("Create administrator").await;
        page.says("The administrator is created").await;
        self.sign_in_to_the_console().await;
    }

    async fn sign_in_to_the_console(&self) {
        let page = self.chromium;
        self.go("/console").await;
        self.password("admin", PASSWORD).await;
        page.the_link("Service providers").await;
    }

    async fn password(&self, username: &str, password: &str) {
        let page = self.chromium;
        page.fill("User name", username).await;
        page.fill("Password", password).await;
        page.push("Sign in").await;
    }

    /// "Download the certificate of the SMS provider … and import it" with the alias Nexmo.
    async fn trust_the_certificate(&self, provider: &TlsPhone) {
        let page = self.chromium;
        page.follow("Certificates").await;
        page.follow("Trust a certificate").await;
        page.attach("File", &self.demo.file("nexmo.crt", &provider.certificate)).await;
        page.fill("Alias", "Nexmo").await;
        page.push("Continue").await;
        page.says("Nexmo").await;
    }

    /// "Enter SMS URL, HTTP Method, HTTP Headers and HTTP Payload according to the provider".
    async fn set_up_the_provider(&self, provider: &TlsPhone) {
        let page = self.chromium;
        page.follow("SMS gateways").await;
        page.follow("Add a gateway").await;
        page.follow("Any other provider").await;
        page.fill("Name", "smsOTP").await;
        let address = format!("https://localhost:{}/api/messages", provider.port);
        page.fill("Address (SMS URL)", &address).await;
        page.fill("Method (HTTP Method)", "POST").await;
        page.fill("Headers (HTTP Headers)", "Content-Type: application/json").await;
        let payload = r#"{"to": "$ctx.num", "text": "$ctx.msg"}"#;
        page.fill("Payload (HTTP Payload)", payload).await;
        page.fill("Accepted status codes (HTTP Response Code)", "200-202").await;
        page.tick("Nexmo").await;
        page.push("Add the gateway").await;
        page.says("Send a test message").await;
        page.fill("Mobile number", MOBILE).await;
        page.push("Test").await;
        page.says("Result of the test").await;
        page.says("Accepted").await;
        self.picture("gateway").await;
    }

    async fn add_a_user_with_a_mobile_number(&self) -> String {
        let page = self.chromium;
        page.follow("Users").await;
        page.follow("Add a user").await;
        page.fill("User name", "alice").await;
        page.fill("Mobile", MOBILE).await;
        page.fill("Email", "alice@example.org").await;
        page.push("Add the user and make the link").await;
        page.text("p.once code").await
    }

    async fn register_the_application(&self) {
        let page = self.chromium;
        page.follow("Service providers").await;
        page.follow("Add a service provider").await;
        page.attach("Metadata file", &self.demo.metadata()).await;
        page.push("Explain it").await;
        page.says("What will be saved").await;
        self.picture("metadata").await;
        page.push("Save").await;
        page.says("saml2-web-app-pickup-dispatch.com").await;
        // New ones work for test users only, until one was there.
        page.follow("Choose the test users").await;
        page.fill("User names", "alice").await;
        page.push("Save").await;
        page.says("The test users are saved.").await;
    }

    async fn change(&self, part: &str) {
        self.chromium.follow(&format!("Change {part}")).await;
    }

    /// "Expand Claim configuration. Select http://wso2.org/claims/mobile as the Subject Claim URI."
    async fn tell_it_claims(&self) {
        let page = self.chromium;
        self.change("the attributes").await;
        page.push("Add an attribute").await;
        page.choose("Claim", "Mobile").await;
        page.push("Save").await;
        page.says("The attributes are saved.").await;
        self.change("the NameID").await;
        page.tick("unspecified: the user name, or the subject claim").await;
        page.choose("Subject claim", "Mobile").await;
        page.push("Save").await;
        page.says("The rule for the NameID is saved.").await;
    }

    /// "+ Add Authentication Step", "Username & Password", "smsOTP".
    async fn ask_for_two_steps(&self) {
        let page = self.chromium;
        self.change("the login steps").await;
        page.push("+ Add authentication step").await;
        let second = "[name='steps[1].any'][value='sms-otp']";
        page.wait(Locator::Css(second), second).await.click().await.expect("ticked");
        page.choose("Asked of", "everybody who did not disable it in the profile").await;
        page.push("Save").await;
        page.says("The login steps are saved.").await;
        self.change("the login steps").await;
        page.says("What a person meets").await;
        self.picture("steps").await;
    }

    async fn sign_out(&self) {
        self.chromium.push("Sign out").await;
        self.chromium.says("Single sign-on").await;
    }

    async fn choose_a_password(&self, link: &str) {
        let page = self.chromium;
        page.client.goto(link).await.expect("the link");
        page.fill("Password", ALICE).await;
        page.fill("Password again", ALICE).await;
        page.push("Save the password").await;
        page.says("Your password is set").await;
    }

    /// "Access the sample, click Login, enter credentials, enter the code, click Continue."
    async fn try_it_out(&self) {
        let page = self.chromium;
        self.sign_in_to_the_application().await;
        page.wait_for("input[name=code]").await;
        self.picture("code").await;
        let code = page.code_from_phone(&self.demo.phone).await;
        page.type_into("input[name=code]", &code).await;
        page.push("Continue").await;
        self.arrived().await;
        page.client.goto(&format!("{}profile", self.demo.sample)).await.expect("the profile");
        page.says(MOBILE).await;
        self.leave_the_application().await;
    }

    async fn sign_in_to_the_application(&self) {
        let page = self.chromium;
        page.client.goto(&format!("{}login", self.demo.sample)).await.expect("the login");
        self.password("alice", ALICE).await;
    }

    async fn arrived(&self) {
        let page = self.chromium;
        if self.script == Script::Disabled {
            // Without JavaScript the person sends the Response by a button.
            page.wait_for("form input[name=SAMLResponse]").await;
            page.press("form button").await;
        }
        page.wait_for_address(&self.demo.sample, "/home").await;
    }

    /// Forgets who is signed in, at the application and here, as another browser would not know it.
    async fn leave_the_application(&self) {
        let page = self.chromium;
        page.client.delete_all_cookies().await.expect("forgotten");
        self.go("/").await;
        page.client.delete_all_cookies().await.expect("forgotten");
    }

    async fn open_the_account(&self, tab: &str) {
        let page = self.chromium;
        self.sign_in_to_the_console().await;
        page.follow("Users").await;
        page.follow("alice").await;
        page.follow(tab).await;
    }

    /// "Click on Edit corresponding to the Disable SMSOTP claim. Select Supported By Default."
    async fn show_the_switch_in_profiles(&self) {
        let page = self.chromium;
        self.sign_in_to_the_console().await;
        page.follow("Claims").await;
        page.follow("http://wso2.org/claims").await;
        page.follow("Disable SMS OTP").await;
        page.tick("Part of every profile (supported by default)").await;
        page.push("Save").await;
        page.says("is saved").await;
        self.leave_the_application().await;
    }

    /// "Check whether the Disable SMSOTP option is available, enter True and click Update."
    async fn disable_text_messages_for_the_user(&self) {
        let page = self.chromium;
        self.open_the_account("Profile").await;
        page.tick("Disable SMS OTP").await;
        self.picture("profile").await;
        page.push("Save the profile").await;
        page.says("is saved").await;
        self.leave_the_application().await;
        self.sign_in_to_the_application().await;
        self.arrived().await;
        self.leave_the_application().await;
    }

    /// "A backup code can have any number of digits … 10300,21390."
    async fn give_the_user_backup_codes(&self) {
        let page = self.chromium;
        self.open_the_account("Profile").await;
        page.untick("Disable SMS OTP").await;
        page.push("Save the profile").await;
        page.says("is saved").await;
        page.follow("Backup codes").await;
        page.fill("Backup codes", "10300,21390").await;
        page.push("Set these codes").await;
        page.says("2 of 2").await;
        self.leave_the_application().await;
        self.sign_in_to_the_application().await;
        page.push("Use a backup code").await;
        page.type_into("input[name=backup_code]", "21390").await;
        page.push("Continue").await;
        self.arrived().await;
    }

    /// Not in the guide: what the console tells afterwards.
    async fn look_at_what_happened(&self) {
        let page = self.chromium;
        self.leave_the_application().await;
        self.open_the_account("Timeline").await;
        page.says("Passed the step Username & Password").await;
        self.picture("timeline").await;
        page.follow("What if?").await;
        page.fill("EntityID of the service provider", "saml2-web-app-pickup-dispatch.com").await;
        page.fill("User name", "alice").await;
        page.push("What would happen?").await;
        page.says("SMS OTP").await;
        self.picture("what-if").await;
        page.follow("Service providers").await;
        page.follow("Pickup Dispatch").await;
        self.picture("service-provider").await;
        page.follow("Overview").await;
        page.says("What happened").await;
        self.picture("overview").await;
    }
}
