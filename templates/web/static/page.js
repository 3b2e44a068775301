// What the pages do beyond plain HTML; without it everything still works, a little less comfortably.
"use strict";

// Tables: a click on a head sorts, a second click turns the order; figures as figures, — last.
function figure(text) {
  const plain = text.replace(/[,%＋]/g, "").replace("−", "-").trim();
  return plain !== "" && !isNaN(plain) ? Number(plain) : null;
}

function inOrder(a, b) {
  const x = figure(a), y = figure(b);
  if (x !== null && y !== null) return x - y;
  return a.localeCompare(b, "zh-CN");
}

function sortBy(table, place, down) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [row.cells[place].textContent.trim(), row]);
  const known = rows.filter(([text]) => text !== "—");
  const unknown = rows.filter(([text]) => text === "—");
  known.sort((a, b) => (down ? inOrder(b[0], a[0]) : inOrder(a[0], b[0])));
  body.append(...known.concat(unknown).map(([, row]) => row));
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    if ("plain" in head.dataset || table.tBodies[0].rows.length < 2) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = head.classList.contains("num") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      sortBy(table, place, order === "descending");
    });
  });
}

// Printing: a button beside a link opens its page and asks for the printer.
for (const link of document.querySelectorAll("a[data-print]")) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: link.dataset.print, textContent: "打印" });
  button.setAttribute("aria-label", `打印：${link.textContent.trim()}`);
  button.addEventListener("click", () => {
    const opened = open(link.href);
    if (opened) opened.addEventListener("load", () => opened.print());
  });
  link.after(" ", button);
}

// Levers: a slider below a field goes through its values; back at the value in force it is empty.
for (const field of document.querySelectorAll("input[data-stops]")) {
  const stops = field.dataset.stops.split("|");
  const place = (text) => Math.max(stops.indexOf(text || field.dataset.now), 0);
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: stops.length - 1, value: place(field.value) });
  slider.setAttribute("aria-label", field.getAttribute("aria-label") + "，滑块");
  slider.addEventListener("input", () => {
    const text = stops[slider.value];
    field.value = text === field.dataset.now ? "" : text;
    slider.setAttribute("aria-valuetext", text);
  });
  field.addEventListener("input", () => {
    if (!field.value || stops.includes(field.value)) slider.value = place(field.value);
  });
  field.after(slider);
}

// Uploads: say what is chosen, and what is too much before it travels.
function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function tooMuch(form) {
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const most = Number(form.dataset.mostBytes);
  if (files.length > Number(form.dataset.mostFiles)) {
    return `一次最多 ${form.dataset.mostFiles} 个文件，现在选了 ${files.length} 个。`;
  }
  return bytes > most ? `合计 ${size(bytes)}，超过一次 ${size(most)} 的上限；请按支行分开，或去掉不用的工作表。` : "";
}

for (const form of document.querySelectorAll("form[data-most-files]")) {
  const sorry = form.querySelector("[role=alert]");
  const check = () => {
    sorry.textContent = tooMuch(form);
    sorry.hidden = sorry.textContent === "";
  };
  form.addEventListener("change", (event) => {
    const list = document.getElementById(`${event.target.id}-list`);
    if (list) {
      list.replaceChildren(...[...event.target.files].map((file) => {
        const line = document.createElement("li");
        line.textContent = `${file.name}（${size(file.size)}）`;
        return line;
      }));
    }
    check();
  });
  form.addEventListener("submit", (event) => {
    check();
    if (!sorry.hidden) event.preventDefault();
  });
}

// Forms: ask before what cannot be undone; say that something is under way, and send once.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) event.preventDefault();
    const button = form.querySelector("button[data-busy]");
    if (event.defaultPrevented || !button) return;
    button.dataset.idle = button.textContent;
    button.textContent = button.dataset.busy;
    button.disabled = true;
  });
}

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[data-idle]")) {
    button.textContent = button.dataset.idle;
    button.disabled = false;
  }
});

// Progress: fetch this page again each second and put the new state in place of the old.
async function follow() {
  const shown = document.getElementById("progress");
  if (!shown) return;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("progress");
    if (!now || now.dataset.state !== shown.dataset.state) {
      location.replace(location.pathname);
      return;
    }
    if (now.innerHTML !== shown.innerHTML) shown.replaceWith(document.adoptNode(now));
  } catch {
    document.title = "连不上，正在重试 · 开门红方案";
  }
  setTimeout(follow, 1000);
}

setTimeout(follow, 500);
