"use strict";
// Comfort only; the server decides everything again:
// countdowns, local times, "show password", and a guard against submitting twice.
{
  const started = Date.now();
  // The words of the page's language.
  const words = document.currentScript.dataset;
  const language = document.documentElement.lang;

  // "4 min 30 s", as the server writes it.
  const span = (seconds) => {
    const parts = [];
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    if (hours > 0) parts.push(`${hours} ${words.hours}`);
    if (minutes > 0) parts.push(`${minutes} ${words.minutes}`);
    if (seconds % 60 > 0 && hours === 0) parts.push(`${seconds % 60} ${words.seconds}`);
    return parts.join(" ") || `0 ${words.seconds}`;
  };

  const announce = (text) => {
    const status = document.getElementById("announcement");
    if (status) status.textContent = text;
  };

  // Calls `tick` each second with the seconds left and `done` once. The time left comes from the
  // server, so a wrong clock in the browser changes nothing.
  const countDown = (seconds, tick, done) => {
    const end = started + seconds * 1000;
    const step = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) {
        window.clearInterval(timer);
        done();
      } else {
        tick(left);
      }
    };
    const timer = window.setInterval(step, 1000);
    step();
  };

  // Instants of the server in the reader's own time.
  for (const time of document.querySelectorAll("time[datetime]")) {
    const instant = new Date(time.dateTime);
    if (!Number.isNaN(instant.getTime())) {
      // What is far away is told with its day, as the server does.
      const far = instant.getTime() - Date.now() > 12 * 3600 * 1000;
      const text = far
        ? instant.toLocaleString(`${language}-u-nu-latn`, { dateStyle: "long", timeStyle: "short" })
        : instant.toLocaleTimeString(`${language}-u-nu-latn`, { timeStyle: "medium" });
      time.title = time.textContent;
      time.dir = "auto";
      time.textContent = text;
    }
  }

  // "The code is valid until 14:05:00 (4 min 30 s)." Lines that only matter near the end stay
  // hidden until then.
  for (const line of document.querySelectorAll("[data-expires-in]")) {
    const left = line.querySelector("[data-left]");
    countDown(
      Number(line.dataset.expiresIn),
      (seconds) => {
        if (left) left.textContent = span(seconds);
        if (line.hidden && seconds <= Number(line.dataset.showBelow)) {
          line.hidden = false;
          announce(line.textContent.trim());
        }
      },
      () => {
        line.hidden = false;
        line.textContent = line.dataset.expired;
        line.classList.add("over");
        announce(line.dataset.expired);
      },
    );
  }

  // Buttons that may be pressed later.
  for (const button of document.querySelectorAll("button[data-available-in]")) {
    const line = document.getElementById(button.getAttribute("aria-describedby"));
    const left = line && line.querySelector("[data-left]");
    countDown(
      Number(button.dataset.availableIn),
      (seconds) => { if (left) left.textContent = span(seconds); },
      () => {
        button.disabled = false;
        button.removeAttribute("aria-describedby");
        if (line) line.remove();
        announce(words.usable.replace("{}", button.textContent.trim()));
      },
    );
  }

  // Show and hide a password.
  for (const button of document.querySelectorAll("button[data-reveal]")) {
    const input = document.getElementById(button.dataset.reveal);
    const word = button.querySelector("[data-word]");
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      word.textContent = shown ? words.hide : words.show;
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      show(input.type === "password");
      input.focus();
    });
    // A shown password would go into the browser's history of ordinary fields.
    input.form.addEventListener("submit", () => show(false));
  }

  // One submission at a time. Buttons are switched off after the browser has read the form, or the
  // pressed one would be missing from it; they come back with the page, or when nothing answers.
  for (const form of document.querySelectorAll("form")) {
    let waiting = false;
    let switchedOff = [];
    const restore = () => {
      waiting = false;
      form.removeAttribute("aria-busy");
      for (const button of switchedOff) button.disabled = false;
      switchedOff = [];
    };
    form.addEventListener("submit", (event) => {
      if (waiting) {
        event.preventDefault();
        return;
      }
      waiting = true;
      form.setAttribute("aria-busy", "true");
      window.setTimeout(() => {
        switchedOff = [...form.querySelectorAll("button:not(:disabled)")];
        for (const button of switchedOff) button.disabled = true;
      }, 0);
      window.setTimeout(restore, 15000);
    });
    window.addEventListener("pageshow", (event) => { if (event.persisted) restore(); });
  }
}
