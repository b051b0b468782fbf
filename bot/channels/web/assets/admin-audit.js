// 审计：查找、展开、导出；反馈：没处理的与处理完的。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { button, failed, filled, settled, sourceLink, when } from "/assets/parts.js";

const STATUSES = { answered: ["good", "已答"], redacted: ["warn", "已隐去"], not_found: ["bad", "未检得"], ambiguous: ["plan", "请说明"] };

export function audit(desk) {
  const words = el("input", { type: "search", class: "search", placeholder: "问题或答复里的词", "aria-label": "查找审计记录" });
  const kind = el("select", { "aria-label": "类别" }, [["", "问答与管理"], ["问答", "问答"], ["管理", "管理"]].map(([value, name]) => el("option", { value }, name)));
  const status = el("select", { "aria-label": "结果" }, [["", "全部结果"], ...Object.entries(STATUSES).map(([value, [, name]]) => [value, name])].map(([value, name]) => el("option", { value }, name)));
  const since = el("input", { type: "date", "aria-label": "从哪一天起" });
  const until = el("input", { type: "date", "aria-label": "到哪一天为止" });
  const csv = el("a", { class: "second", download: "" }, "导出 CSV");
  const lines = el("a", { class: "second", download: "" }, "导出 JSON");
  const total = el("p", { class: "hint", role: "status" });
  const list = el("div", { class: "list" });
  let before = null;
  const chosen = { words, kind, status, since, until };
  const query = () => new URLSearchParams(Object.entries(chosen).filter(([, box]) => box.value).map(([name, box]) => [name, box.value]));
  let latest = 0;
  async function draw(next) {
    const mine = ++latest;
    csv.href = "/api/admin/audit.csv?" + query();
    lines.href = "/api/admin/audit.jsonl?" + query();
    try {
      const page = await api.get(`/api/admin/audit?${query()}${next ? "&before=" + before : ""}`);
      if (mine !== latest) return;
      if (!next) list.replaceChildren();
      list.append(...page.entries.map(entry));
      before = page.before;
      more.hidden = before === null;
      total.textContent = `一共 ${page.total} 条，新的在前`;
    } catch (error) {
      total.replaceChildren(failed(error));
    }
  }
  const more = button("再列一些", "second more-button", () => draw(true), { hidden: true });
  const again = settled(() => draw(false));
  words.addEventListener("input", again);
  for (const box of [kind, status, since, until]) box.addEventListener("change", again);
  desk.append(
    el("div", { class: "row" }, words, kind, status, el("span", { class: "days" }, since, "至", until)),
    el("div", { class: "row" }, total, el("span", { class: "spread" }), csv, lines),
    list,
    more,
  );
  draw(false);
}

function badge(found) {
  if (found.kind === "管理") return el("span", { class: "badge" }, found.action);
  const [look, name] = STATUSES[found.status] || ["bad", "没答成"];
  return el("span", { class: "badge " + look }, name);
}

function entry(found) {
  const more = [found.channel, found.generation === null ? null : `第 ${found.generation} 代`, found.seconds === null ? null : `${found.seconds.toFixed(3)} 秒`, `编号 ${found.id}`];
  return el(
    "details",
    { class: "entry" },
    el("summary", {}, el("span", { class: "when" }, when(found.at)), badge(found), el("span", { class: "what" }, found.text || found.action), el("span", { class: "hint" }, found.name)),
    el("div", { class: "inside" }, answered(found), el("p", { class: "hint" }, more.filter(Boolean).join(" · "))),
  );
}

function answered(found) {
  return [
    found.problem ? el("p", { class: "wrong" }, found.problem) : null,
    found.answer ? el("p", {}, found.answer) : null,
    found.sources.map((source) => el("blockquote", {}, source.quote, el("br"), "——" + source.place, " ", el("a", { href: sourceLink(source) }, "查看原文"))),
  ];
}

export function feedback(desk) {
  const list = el("div", { class: "list" });
  const closed = el("select", { "aria-label": "哪些反馈" }, [["", "没处理的"], ["true", "处理完的"]].map(([value, name]) => el("option", { value }, name)));
  const draw = async () => {
    try {
      const { feedback: found } = await api.get("/api/admin/feedback?closed=" + (closed.value || "false"));
      list.replaceChildren(...found.map((one) => opinion(one, draw)));
      if (!found.length) list.append(el("p", { class: "quiet" }, closed.value ? "还没有处理过的反馈。" : "没有等着处理的反馈。"));
    } catch (error) {
      list.replaceChildren(failed(error));
    }
  };
  closed.addEventListener("change", draw);
  desk.append(el("div", { class: "row" }, el("h2", {}, "反馈箱"), el("span", { class: "spread" }), closed), list);
  draw();
}

function opinion(one, draw) {
  const done = button("处理完", "second small", () =>
    filled("处理完这一条", [{ title: "怎样处理的（可以不写）", name: "note", maxlength: 1000 }], "处理完", async (given) => {
      await api.send("POST", `/api/admin/feedback/${one.id}`, given);
      draw();
    }),
  );
  return el(
    "article",
    { class: "entry", "aria-label": one.about ? one.about.text : "反馈" },
    el("div", { class: "row" }, el("span", { class: "when" }, when(one.at)), el("span", { class: one.verdict === "不对" ? "badge bad" : "badge good" }, one.verdict), el("b", { class: "what" }, one.about ? one.about.text : "（那一问已过保存期）"), el("span", { class: "hint" }, one.name), one.closed ? null : done),
    el(
      "div",
      { class: "inside" },
      one.correction ? el("p", {}, el("b", {}, "他说对的是："), one.correction) : null,
      one.about ? answered(one.about) : null,
      one.note ? el("p", { class: "hint" }, "处理：" + one.note) : null,
    ),
  );
}
