// Drop files, send them one by one, and keep the list of scans up to date. The page works without it.
"use strict";

const ask = document.getElementById("ask");
const drop = document.getElementById("drop");
const chooser = document.getElementById("files");
const list = document.getElementById("scans");
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
    if (error) say(files.length > 1 ? `${file.name}: ${error}` : error);
    await update(true);
  }
  button.disabled = false;
  chooser.value = "";
}

// What is being typed into the list stays.
function isTyped() {
  return [...list.querySelectorAll("input")].some((input) => input.value || input === document.activeElement);
}

async function update(now) {
  clearTimeout(timer);
  try {
    const answer = await fetch("/scans");
    const text = await answer.text();
    if (answer.status === 403) return location.reload();
    if (answer.ok && (now || !isTyped())) list.innerHTML = text;
    list.classList.remove("old");
  } catch {
    list.classList.add("old");
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
  await update(true);
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
const field = () => ask.elements[target.value];
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
