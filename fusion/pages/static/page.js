// The page works without this script; with it pictures can be dropped, and answers appear without leaving the page.
"use strict";

document.documentElement.classList.add("script");

const form = document.getElementById("ask");
if (form) askWithoutLeaving(form);
document.addEventListener("submit", swapAnswer);

function askWithoutLeaving(form) {
  const input = document.getElementById("images");
  const drop = document.getElementById("drop");
  const chosen = document.getElementById("chosen");
  const text = document.getElementById("text");
  const state = document.getElementById("state");
  const send = document.getElementById("send");
  let files = [];

  function show() {
    const transfer = new DataTransfer();
    files.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    chosen.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    chosen.replaceChildren(...files.map((file, place) => {
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.textContent = "×";
      remove.setAttribute("aria-label", `${form.dataset.remove} ${file.name}`);
      remove.addEventListener("click", () => {
        files.splice(place, 1);
        show();
        input.focus();
      });
      item.append(image, remove);
      return item;
    }));
  }

  function add(more) {
    files = files.concat([...more].filter((file) => !file.type || file.type.startsWith("image/"))).slice(0, 16);
    show();
  }

  input.addEventListener("change", () => add(input.files));
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.remove("over");
    add(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) add(event.clipboardData.files);
  });

  const turns = document.getElementById("turns");
  turns.hidden = false;
  turns.addEventListener("click", (event) => {
    const role = event.target.dataset.role;
    if (!role) return;
    const before = text.value && !text.value.endsWith("\n") ? "\n" : "";
    text.value += `${before}${form.dataset[role]}: `;
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  });

  form.addEventListener("reset", () => {
    files = [];
    show();
    state.textContent = "";
    text.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    state.textContent = form.dataset.asking;
    try {
      const page = await load("/ask", new FormData(form));
      const notice = page.getElementById("state");
      state.textContent = notice ? notice.textContent : failure(page);
      replace(page);
    } catch {
      state.textContent = form.dataset.failed;
    } finally {
      send.disabled = false;
    }
  });
}

async function swapAnswer(event) {
  const own = event.target;
  if (!own.matches("[data-swap]")) return;
  event.preventDefault();
  const data = new FormData(own);
  const button = event.submitter;
  if (button && button.name) data.set(button.name, button.value);
  try {
    const page = await load(own.action, new URLSearchParams(data));
    // The whole answer: how sure it was is shown of a drawn one only after a person has spoken.
    const answer = page.getElementById("answer");
    if (!answer) throw new Error(failure(page));
    document.getElementById("answer").replaceWith(document.adoptNode(answer));
    count(page);
    const next = document.querySelector("#tell button");
    if (next) next.focus();
  } catch (error) {
    document.getElementById("state").textContent = error.message || form.dataset.failed;
  }
}

async function load(address, body) {
  const response = await fetch(address, { method: "POST", body, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (response.ok && response.redirected) history.replaceState(null, "", new URL(response.url).pathname);
  return page;
}

function replace(page) {
  const fresh = page.getElementById("result");
  if (!fresh || !fresh.querySelector("#answer")) return;
  document.getElementById("result").replaceWith(document.adoptNode(fresh));
  count(page);
  document.getElementById("answer-title").focus();
  document.getElementById("answer").scrollIntoView({ block: "start" });
}

function count(page) {
  const nav = page.querySelector(".top nav");
  if (nav) document.querySelector(".top nav").replaceWith(document.adoptNode(nav));
}

function failure(page) {
  const told = page.querySelector("[role=alert] p");
  return told ? told.textContent : form.dataset.failed;
}
