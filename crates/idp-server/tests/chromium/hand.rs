//! What a person does with a page: follows links, fills fields by their labels, presses buttons.

use std::path::Path;

use fantoccini::Locator;
use fantoccini::elements::Element;

use super::driver::Chromium;

impl Chromium {
    /// Follows the link with this text.
    pub async fn follow(&self, text: &str) {
        self.leave_by(&self.the_link(text).await).await;
        self.count_a_click();
    }

    /// The link with this text, once it is there.
    pub async fn the_link(&self, text: &str) -> Element {
        self.the(&format!("//a[normalize-space(.)={}]", quoted(text))).await
    }

    /// Presses the button with this text, which leads to another page.
    pub async fn push(&self, text: &str) {
        let path = format!("//button[not(@aria-hidden)][normalize-space(.)={}]", quoted(text));
        self.leave_by(&self.the(&path).await).await;
        self.count_a_click();
    }

    /// Writes into the field with this label, in the place of what stands there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("cleared");
        field.send_keys(text).await.expect("typed");
    }

    /// Ticks the box with this label.
    pub async fn tick(&self, label: &str) {
        let field = self.field(label).await;
        if field.prop("checked").await.expect("a box").as_deref() != Some("true") {
            field.click().await.expect("ticked");
        }
    }

    /// Takes the tick out of the box with this label.
    pub async fn untick(&self, label: &str) {
        let field = self.field(label).await;
        if field.prop("checked").await.expect("a box").as_deref() == Some("true") {
            field.click().await.expect("no tick");
        }
    }

    /// Chooses what begins with these words from the list with this label.
    pub async fn choose(&self, label: &str, option: &str) {
        let path = format!(".//option[starts-with(normalize-space(.), {})]", quoted(option));
        let list = self.field(label).await;
        let option = list.find(Locator::XPath(&path)).await.expect("an option");
        option.click().await.expect("chosen");
    }

    /// Gives a file to the field with this label.
    pub async fn attach(&self, label: &str, file: &Path) {
        let path = file.to_str().expect("a path in UTF-8");
        self.field(label).await.send_keys(path).await.expect("attached");
    }

    /// Waits until the page says this.
    pub async fn says(&self, text: &str) {
        self.the(&format!("//main//*[contains(normalize-space(.), {})]", quoted(text))).await;
    }

    /// The field with this label.
    async fn field(&self, label: &str) -> Element {
        let whole =
            |rest: &str| format!("normalize-space(.)={}", quoted(&format!("{label}{rest}")));
        let any = ["", " (optional)", " (required)"].map(whole).join(" or ");
        let label = self.the(&format!("//label[{any}]")).await;
        let id = label.attr("for").await.expect("an attribute").expect("a label names its field");
        self.wait(Locator::Id(&id), "the field of the label").await
    }

    /// What an `XPath` leads to, once it is there.
    async fn the(&self, path: &str) -> Element {
        self.wait(Locator::XPath(path), path).await
    }
}

/// A literal of `XPath`, which knows no escapes.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "{text} cannot be written in XPath");
    format!("\"{text}\"")
}
