// Drop files, send them one by one, and keep the list of scans up to date. The page works without it.
"use strict";

const ask = document.getElementById("ask");
const drop = document.getElementById("drop");
const chooser = document.getElementById("files");
const list = document.getElementById("scans");
const gone = document.getElementById("gone");
const mistakes = document.getElementById("mistakes");
const OFTEN = 1000, SELDOM = 10000; // [ms] between two looks at the list
let timer = 0;

function say(sentence) {
  const line = document.createElement("p");
  line.className = "mistake";
  line.textContent = sentence;
  mistakes.append(line);
}

async function send(address, form) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body: form, headers: { Accept: "application/json" } });
  } catch {
    return "The server does not answer; start `xrdmatch serve` again.";
  }
  try {
    return (await answer.json()).error;
  } catch {
    return `The server answered ${answer.status} ${answer.statusText}.`;
  }
}

async function sendAll(files) {
  mistakes.replaceChildren();
  const largest = Number(ask.dataset.maxUploadMb);
  const button = ask.querySelector("button.main");
  button.disabled = true;
  for (const file of files) {
    if (file.size > largest * 1e6) {
      say(`${file.name} has ${(file.size / 1e6).toFixed(1)} MB, and an upload has at most ${largest} MB.`);
      continue;
    }
    const form = new FormData(ask);
    form.delete("files");
    form.append("files", file, file.name);
    const error = await send(ask.action, form);
    if (error) say(error.includes(file.name) ? error : `${file.name}: ${error}`);
    await update();
  }
  button.disabled = false;
  chooser.value = "";
}

// Only what has changed is put in anew, so that what is typed, clicked or read stays where it is.
function show(text) {
  const fresh = document.createElement("div");
  fresh.innerHTML = text;
  const items = (place) => [...place.querySelectorAll("li.scan")];
  const shown = new Map(items(list).map((item) => [item.id, item]));
  const isSame = (item) => shown.has(item.id) && shown.get(item.id).outerHTML === item.outerHTML;
  const ids = items(fresh).map((item) => item.id).join();
  if (shown.size && ids === [...shown.keys()].join()) {
    for (const item of items(fresh)) if (!isSame(item)) shown.get(item.id).replaceWith(item);
    list.querySelector("[data-open]").dataset.open = fresh.querySelector("[data-open]").dataset.open;
    list.querySelector("#all").replaceWith(fresh.querySelector("#all"));
    return;
  }
  for (const item of items(fresh)) if (isSame(item)) item.replaceWith(shown.get(item.id));
  list.replaceChildren(...fresh.childNodes);
}

async function update() {
  clearTimeout(timer);
  try {
    const answer = await fetch("/scans");
    const text = await answer.text();
    if (answer.status === 403) return location.reload();
    if (answer.ok) show(text);
    gone.hidden = true;
  } catch {
    gone.hidden = false;
  }
  const open = list.querySelector("[data-open]");
  timer = setTimeout(update, open && open.dataset.open !== "0" ? OFTEN : SELDOM);
}

ask.addEventListener("submit", (event) => {
  event.preventDefault();
  sendAll([...chooser.files]);
});
list.addEventListener("submit", async (event) => {
  event.preventDefault();
  mistakes.replaceChildren();
  const error = await send(event.target.action, new FormData(event.target));
  if (error) say(error);
  await update();
});

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  sendAll([...event.dataTransfer.files]);
});

// The periodic table writes into the fields.
const table = document.getElementById("table");
const target = document.getElementById("target");
const field = () => ask.querySelector(`input[name=${target.value}]`);
const symbols = () => field().value.split(/[\s,]+/).filter(Boolean);

function showChosen() {
  const chosen = new Set(symbols());
  for (const button of table.querySelectorAll("[data-symbol]")) {
    button.setAttribute("aria-pressed", chosen.has(button.dataset.symbol));
  }
}
table.hidden = false;
table.addEventListener("click", (event) => {
  const symbol = event.target.dataset.symbol;
  if (!symbol) return;
  const chosen = symbols();
  field().value = (chosen.includes(symbol) ? chosen.filter((x) => x !== symbol) : [...chosen, symbol]).join(",");
  showChosen();
});
ask.addEventListener("input", showChosen);

update();
