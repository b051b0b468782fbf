// 一张答复卡：大字、标签、表格、引文与出处。

import { el, marked, svg } from "/assets/dom.js";

function headline(text) {
  const number = text.match(/^([约近超]?\s*[-−]?[\d,.]+(?:[-~—～至][\d,.]+)?)\s*(\D{1,6})$/);
  if (!number) return el("p", { class: Array.from(text).length > 14 ? "headline long" : "headline" }, text);
  return el("p", { class: "headline" }, number[1], el("span", { class: "unit" }, number[2]));
}

function source(cited, open) {
  const show = (event) => open(cited, event.currentTarget);
  const card = el(
    "blockquote",
    {
      class: "source",
      onclick: (event) => {
        if (event.target.closest("button") || String(getSelection())) return;
        open(cited, card.querySelector("button"));
      },
    },
    el("q", {}, marked(cited.quote, cited.marks)),
    el(
      "footer",
      {},
      el("cite", {}, cited.place),
      cited.doubt ? el("span", { class: "doubt" }, cited.doubt) : null,
      el("button", { type: "button", class: "open", onclick: show, "aria-label": `查看原文：${cited.title}` }, "查看原文"),
    ),
  );
  return card;
}

function sources(reply, open) {
  const [first, ...rest] = reply.citations.map((cited) => source(cited, open));
  if (!first) return [];
  const shown = [first];
  if (reply.near) shown.unshift(el("p", { class: "near" }, reply.near));
  if (rest.length) shown.push(el("details", { class: "more" }, el("summary", {}, `另有 ${rest.length} 处出处`), rest));
  return shown;
}

// 同一单位的几个数画成横条；条的长短是服务端算好的。
function chart(drawn) {
  const ROW = 46;
  const rows = drawn.bars.flatMap((bar, at) => {
    const top = at * ROW;
    return [
      svg("text", { class: "label", x: 0, y: top + 17 }, short(bar.label)),
      svg("text", { class: "amount", x: "100%", y: top + 17, "text-anchor": "end" }, bar.text),
      svg("rect", { class: "rail", x: 0, y: top + 24, width: "100%", height: 10, rx: 3 }),
      svg("rect", { class: bar.plan ? "value plan" : "value", x: 0, y: top + 24, width: `${Math.max(1, 100 * bar.share)}%`, height: 10, rx: 3 }),
    ];
  });
  const said = "横条图：" + drawn.bars.map((bar) => `${bar.label} ${bar.text}`).join("，");
  const about = drawn.title ? el("figcaption", {}, `${drawn.title}（${drawn.unit}）`) : null;
  return el("figure", { class: "chart" }, about, svg("svg", { class: "plot", role: "img", "aria-label": said, width: "100%", height: drawn.bars.length * ROW - 8 }, rows));
}

function short(label) {
  const letters = Array.from(label);
  return letters.length > 22 ? letters.slice(0, 21).join("") + "…" : label;
}

function cellOf(cell, reply, open) {
  const cited = cell.citation === null ? null : reply.citations[cell.citation];
  if (!cited) return el("td", { class: "none" }, cell.text);
  const button = el(
    "button",
    { type: "button", title: "查看原文", onclick: (event) => open(cited, event.currentTarget) },
    cell.text,
  );
  return el("td", {}, button);
}

function table(reply, open) {
  const head = [el("td"), ...reply.table.columns.map((name) => el("th", { scope: "col" }, name))];
  const rows = reply.table.rows.map((row) =>
    el("tr", {}, el("th", { scope: "row" }, row.name), row.cells.map((cell) => cellOf(cell, reply, open))),
  );
  return el(
    "div",
    { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "对比表" },
    el("table", { class: "compare" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows)),
  );
}

function plain(reply) {
  const cited = reply.citations[0];
  if (!cited) return reply.answer;
  return `${reply.answer}\n“${cited.quote}”\n——${[cited.place, cited.doubt].filter(Boolean).join(" · ")}`;
}

// 不是 https 的网页用不了剪贴板接口，改用老办法。
async function copied(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const before = document.activeElement;
  const area = el("textarea", { class: "hidden", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before.focus();
  return done;
}

function tools(reply, judge) {
  const copy = el("button", { type: "button" }, "复制");
  copy.addEventListener("click", async () => {
    copy.textContent = (await copied(plain(reply))) ? "已复制" : "没有复制成";
    setTimeout(() => (copy.textContent = "复制"), 1500);
  });
  const took = el("span", { class: "took" }, `${reply.seconds.toFixed(reply.seconds < 0.1 ? 3 : 1)} 秒`);
  return el("div", { class: "tools" }, copy, reply.number ? verdicts(reply, judge) : null, took);
}

// 有用、不对；说不对的，可以再写对的是什么。
function verdicts(reply, judge) {
  const said = el("span", { class: "thanks", role: "status" });
  const buttons = ["有用", "不对"].map((verdict) => el("button", { type: "button", "aria-pressed": reply.opinion === verdict ? "true" : "false" }, verdict));
  const right = el("input", { type: "text", maxlength: 1000, placeholder: "对的应该是什么？可以不写", "aria-label": "对的应该是什么" });
  const form = el("form", { class: "correction", hidden: true }, right, el("button", { type: "submit" }, "转给管理员"));
  const tell = async (verdict, correction) => {
    try {
      await judge(reply, verdict, correction);
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === verdict));
      said.textContent = correction ? "谢谢，已转给管理员。" : "谢谢，已记下。";
      form.hidden = verdict !== "不对" || Boolean(correction);
      if (!form.hidden) right.focus();
    } catch (error) {
      said.textContent = error.message;
    }
  };
  for (const button of buttons) button.addEventListener("click", () => tell(button.textContent, ""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (right.value.trim()) tell("不对", right.value.trim());
    else form.hidden = true;
  });
  return [...buttons, said, form];
}

// 反问的，几种说法各是一个按钮。
function choices(reply, ask) {
  if (reply.status !== "ambiguous" || !reply.suggestions.length) return [];
  const buttons = reply.suggestions.map((text) => el("button", { type: "button", onclick: () => ask(text) }, text));
  return [el("div", { class: "choices", role: "group", "aria-label": "请选一个" }, buttons)];
}

// `actions`：open 打开原文，judge 记下有用或不对，ask 接着问一句。
export function answerCard(reply, { open, judge, ask }) {
  const parts = [];
  if (reply.verdict) parts.push(el("p", { class: "verdict" }, reply.verdict));
  if (reply.headline) parts.push(headline(reply.headline));
  if (reply.chips.length) {
    parts.push(el("div", { class: "chips" }, reply.chips.map((chip) => el("span", { class: "chip " + chip.kind }, chip.text))));
  }
  if (reply.said) parts.push(el("p", { class: "said" }, reply.said));
  if (reply.table) parts.push(table(reply, open));
  if (reply.chart) parts.push(chart(reply.chart));
  parts.push(...choices(reply, ask), ...sources(reply, open), tools(reply, judge));
  return el("article", { class: "card " + reply.status, "aria-label": "答复", tabindex: "-1" }, parts);
}

export function failedCard({ error, status }, retry) {
  return el(
    "article",
    { class: "card failed", "aria-label": "没有答成", tabindex: "-1" },
    el("p", { class: "verdict" }, "没有答成"),
    el("p", { class: "said" }, error),
    el("div", { class: "tools" }, el("button", { type: "button", onclick: retry }, "再试一次"), status === 401 ? el("a", { href: "/admin" }, "登录或注册") : null),
  );
}
