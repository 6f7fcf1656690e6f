// Two comforts: the form to the identity provider submits itself, and buttons copy XML.
// Everything works without this script.
"use strict";

const form = document.querySelector("form[data-submit]");
if (form) form.submit();

// The clipboard exists only in secure contexts (https or a loopback address).
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
      document.querySelector("[data-said]").textContent = "XML copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }
}
