// Keeps the page live: new messages arrive as server-sent events. Everything works without it.
"use strict";

const conversation = document.querySelector("[data-conversation]");
const numbers = document.querySelector("[data-numbers]");
const empty = document.querySelector("[data-empty]");
const said = document.querySelector("[data-said]");

function ago(time) {
  const then = new Date(time.dateTime);
  const seconds = Math.floor((Date.now() - then.getTime()) / 1000);
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return then.toLocaleString([], { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" });
}

function tick() {
  document.querySelector("[data-clock]").textContent =
    new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  for (const time of conversation.querySelectorAll("time")) {
    time.textContent = ago(time);
    time.title = new Date(time.dateTime).toLocaleString();
  }
}

function copyButton(code) {
  const button = document.createElement("button");
  button.className = "copy";
  button.type = "button";
  button.dataset.copy = code;
  button.textContent = `Copy ${code}`;
  return button;
}

function bubble(message) {
  const node = document.querySelector("[data-bubble]").content.cloneNode(true);
  node.querySelector(".to").textContent = `To ${message.to}`;
  node.querySelector("time").dateTime = message.received_at;
  const text = node.querySelector(".bubble");
  text.append(message.before);
  if (message.code) {
    const code = document.createElement("strong");
    code.className = "code";
    code.textContent = message.code;
    text.append(code);
    node.querySelector("article").append(copyButton(message.code));
  }
  text.append(message.after);
  return node;
}

function count(link) {
  const badge = link.querySelector("[data-count]");
  badge.textContent = Math.min(Number(badge.textContent) + 1, Number(conversation.dataset.capacity));
}

function countNumber(to) {
  const links = [...numbers.querySelectorAll("[data-to]")];
  let link = links.find((known) => known.dataset.to === to);
  if (!link) {
    link = document.createElement("a");
    link.href = `/?to=${encodeURIComponent(to)}`;
    link.dataset.to = to;
    const badge = document.createElement("span");
    badge.className = "count";
    badge.dataset.count = "";
    badge.textContent = "0";
    link.append(`${to} `, badge);
    numbers.insertBefore(link, links.find((known) => known.dataset.to > to) ?? null);
  }
  count(link);
}

function arrived(message) {
  count(numbers.querySelector("a"));
  countNumber(message.to);
  const chosen = conversation.dataset.chosen;
  if (chosen && chosen !== message.to) return;
  empty.hidden = true;
  conversation.prepend(bubble(message));
  const messages = conversation.querySelectorAll(".message");
  if (messages.length > Number(conversation.dataset.capacity)) messages[messages.length - 1].remove();
  conversation.scrollTop = 0;
  tick();
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
  said.textContent = `Code ${button.dataset.copy} copied`;
  setTimeout(() => { button.textContent = `Copy ${button.dataset.copy}`; }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

// The clipboard exists only in secure contexts (https or a loopback address).
const canCopy = Boolean(navigator.clipboard);
document.documentElement.classList.toggle("no-clipboard", !canCopy);
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !canCopy;

let lost = false;
const events = new EventSource("/events");
events.addEventListener("message", (event) => arrived(JSON.parse(event.data)));
events.addEventListener("changed", () => location.reload());
events.addEventListener("error", () => { lost = true; });
// What arrived while the connection was lost is only on the server.
events.addEventListener("open", () => { if (lost) location.reload(); });
addEventListener("pagehide", () => events.close());

tick();
setInterval(tick, 5000);
