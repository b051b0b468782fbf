// 右侧的原文：全部报告，或一份报告的大纲与全文，停在引用的那一句。

import { report as fetchReport, reports as fetchReports } from "/assets/api.js";
import { byId, el, marked } from "/assets/dom.js";

let opener = null;
let wanted = 0;

const app = byId("app");
const panel = byId("reader");
const title = byId("reader-title");
const about = byId("reader-about");
const body = byId("reader-body");
const back = byId("reader-back");

const covering = matchMedia("(max-width: 1080px)");
const narrow = matchMedia("(max-width: 640px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const behind = [byId("chats"), document.querySelector(".talk")].filter(Boolean);

export const isOpen = () => !panel.hidden;

// 窄屏上它盖住整页：手机的“返回”先关它，背后的东西也按不到。
export function close() {
  if (!isOpen()) return;
  if (history.state && history.state.reader) history.back();
  else hide();
}

function hide() {
  if (!isOpen()) return;
  panel.hidden = true;
  app.classList.remove("reading");
  cover();
  if (opener && opener.isConnected) opener.focus();
  else if (byId("question")) byId("question").focus();
}

function cover() {
  for (const part of behind) part.inert = isOpen() && covering.matches;
}

addEventListener("popstate", hide);
covering.addEventListener("change", cover);
narrow.addEventListener("change", () => {
  const folded = body.querySelector(".outline details");
  if (folded) folded.open = !narrow.matches;
});

function show(heading, from) {
  if (from) opener = from;
  if (!isOpen() && covering.matches) history.pushState({ reader: true }, "");
  panel.hidden = false;
  app.classList.add("reading");
  cover();
  title.textContent = heading;
  about.textContent = "";
  body.className = "reader-body single";
  body.replaceChildren(el("p", { class: "quiet" }, "正在打开……"));
  title.focus();
}

// 只画最后一次要看的那一份；早先的请求晚到了就不理。
async function load(request, draw) {
  const mine = ++wanted;
  try {
    const value = await request;
    if (mine === wanted) draw(value);
  } catch (error) {
    if (mine === wanted) body.replaceChildren(el("p", { class: "quiet", role: "alert" }, error.message));
  }
}

// 打开一份报告；`cited` 是要停在的一处（起止位置、要加亮的数字，可以带原句来核对）。
export function openReport(name, heading, cited, from) {
  show(heading, from);
  back.hidden = cited !== null;
  return load(fetchReport(name), (found) => draw(found, cited));
}

export function openShelf(from) {
  show("全部报告", from);
  back.hidden = true;
  return load(fetchReports(), ({ reports }) => drawShelf(reports));
}

back.addEventListener("click", () => openShelf(null));
byId("reader-close").addEventListener("click", close);

function facts(found) {
  const parts = [found.issuer || "文中未写明单位", found.dated, found.document_number];
  if (found.periods.length) parts.push("说的是 " + found.periods.join("、") + "\u00a0年");
  if (found.recognised && found.recognised.length) parts.push(`第 ${found.recognised.join("、")} 页是扫描识别来的，请对照原件`);
  return parts.filter(Boolean).join(" · ");
}

// 引文在这份报告里的哪一处；报告后来改过的，找原句挪到了哪里，找不到为 null。
function located(found, cited) {
  if (!cited || !cited.quote) return cited;
  const bare = (text) => text.replace(/\s/g, "");
  const inside = found.blocks.filter((block) => block.start < cited.end && block.end > cited.start);
  const there = inside.map((block) => Array.from(block.text).slice(Math.max(0, cited.start - block.start), cited.end - block.start).join(""));
  if (bare(there.join("")) === bare(cited.quote)) return cited;
  const block = found.blocks.find((one) => one.text.includes(cited.quote));
  if (!block) return null;
  const start = block.start + Array.from(block.text.split(cited.quote, 1)[0]).length;
  return { ...cited, start, end: start + Array.from(cited.quote).length };
}

function draw(found, wantedPlace) {
  const cited = located(found, wantedPlace);
  title.textContent = found.title;
  about.textContent = wantedPlace && !cited ? "这份报告后来改过，引用的那一句已经不在里面了。" : facts(found);
  const paper = el("div", { class: "paper", tabindex: "0", role: "region", "aria-label": "全文" }, found.blocks.map((block) => drawBlock(block, cited)));
  const outline = found.outline.length ? drawOutline(found.outline, paper) : null;
  body.className = outline ? "reader-body" : "reader-body single";
  body.replaceChildren(...[outline, paper].filter(Boolean));
  const place = paper.querySelector(".cited");
  if (place) place.scrollIntoView({ block: "center" });
  if (outline) followScroll(paper, outline);
}

// 这一块里落在引文内的一段，加亮其中的数字。
function citedPart(block, letters, cited) {
  const from = Math.max(0, cited.start - block.start);
  const to = Math.min(letters.length, cited.end - block.start);
  if (from >= to) return [block.text];
  const shift = cited.start - block.start - from;
  const marks = cited.marks.map(([start, end]) => [start + shift, end + shift]);
  const inside = marked(letters.slice(from, to).join(""), marks);
  return [letters.slice(0, from).join(""), el("span", { class: "cited" }, inside), letters.slice(to).join("")];
}

function drawBlock(block, cited) {
  const inside = cited ? citedPart(block, Array.from(block.text), cited) : [block.text];
  const page = block.page ? el("span", { class: "page", "aria-label": `第 ${block.page} 页` }, `${block.page}`) : null;
  if (block.level === null) return el("p", { class: block.section ? "text" : "" }, page, inside);
  const long = Array.from(block.text).length > 30 ? " long" : "";
  return el("h3", { class: "l" + Math.min(block.level, 4) + long, "data-section": block.section, tabindex: "-1" }, inside);
}

function drawOutline(entries, paper) {
  const buttons = entries.map((entry) =>
    el(
      "button",
      {
        type: "button",
        class: "l" + Math.min(entry.level, 4),
        "data-section": entry.section,
        onclick: () => {
          if (narrow.matches) folded.open = false;
          const heading = paper.querySelector(`h3[data-section="${entry.section}"]`);
          if (!heading) return;
          heading.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
          heading.focus({ preventScroll: true });
        },
      },
      entry.heading,
    ),
  );
  const folded = el("details", { open: !narrow.matches }, el("summary", {}, "大纲"), buttons);
  return el("nav", { class: "outline", "aria-label": "大纲" }, folded);
}

// 随着滚动，在大纲里标出现在读到哪一节。
function followScroll(paper, outline) {
  const headings = [...paper.querySelectorAll("h3")];
  const update = () => {
    const top = paper.getBoundingClientRect().top + paper.clientHeight * 0.55;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top <= top);
    const section = passed.length ? passed[passed.length - 1].dataset.section : null;
    for (const button of outline.querySelectorAll("button")) {
      const current = button.dataset.section === section;
      button.classList.toggle("current", current);
      if (current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };
  paper.addEventListener("scroll", update, { passive: true });
  update();
}

function drawShelf(reports) {
  about.textContent = `共 ${reports.length} 份`;
  if (!reports.length) {
    body.replaceChildren(el("p", { class: "quiet" }, "报告文件夹里还没有读得出的报告。"));
    return;
  }
  const list = el("ul");
  const search = el("input", { type: "search", placeholder: "按题名、单位或年份查找", "aria-label": "查找报告" });
  const update = () => list.replaceChildren(...reports.filter((found) => matches(found, search.value)).map(shelfEntry));
  search.addEventListener("input", update);
  update();
  body.replaceChildren(el("div", { class: "shelf" }, search, list));
}

function matches(found, words) {
  const text = [found.title, found.issuer || "", found.name, found.periods.join(" ")].join(" ");
  return words.trim().split(/\s+/).every((word) => text.includes(word));
}

function shelfEntry(found) {
  const problems = found.problems.map((sentence) => el("small", { class: "problem" }, sentence));
  const open = () => openReport(found.name, found.title, null, null);
  return el("li", {}, el("button", { type: "button", onclick: open }, el("b", {}, found.title), el("small", {}, facts(found)), problems));
}
