// 报告：更新索引与进度、状态与问题、更正、删除；上传在 admin-upload.js。

import { uploads } from "/assets/admin-upload.js";
import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { attempt, button, confirmed, failed, filled, toast } from "/assets/parts.js";

export function reports(desk, who) {
  const changes = who.may.includes("change_reports");
  const sending = changes ? uploads() : null;
  const work = el("section", { class: "panel work", role: "status", "aria-label": "更新索引的进度" });
  const list = el("section", { class: "files", "aria-label": "文件" });
  const summary = el("span", { class: "hint", role: "status" });
  const words = el("input", { type: "search", class: "search", placeholder: "题名、单位、年度、文件名里的词", "aria-label": "查找报告" });
  const faulty = el("input", { type: "checkbox" });
  const shown = { files: [], words, faulty };
  const draw = () => drawFiles(list, summary, shown, refresh, changes);
  const refresh = async () => {
    try {
      const found = await api.get("/api/admin/files");
      shown.files = found.files;
      if (sending) sending.know(found);
      draw();
    } catch (error) {
      list.replaceChildren(failed(error));
    }
  };
  const reindex = button("更新索引", "second", () => attempt(() => api.send("POST", "/api/admin/reindex")));
  words.addEventListener("input", draw);
  faulty.addEventListener("change", draw);
  desk.append(
    ...(sending ? sending.parts : []),
    el("div", { class: "row" }, el("h2", {}, "报告"), summary, el("span", { class: "spread" }), reindex),
    work,
    el("div", { class: "row" }, words, el("label", { class: "check" }, faulty, "只看有问题的")),
    list,
  );
  refresh();
  const unfollow = follow(work, refresh);
  return () => {
    unfollow();
    if (sending) sending.close();
  };
}

// 进度：服务端一有变化就送来；断了浏览器会自己重连，连上之前说一声。
function follow(work, refresh) {
  const events = new EventSource("/api/admin/progress");
  let first = true;
  let busy = false;
  work.hidden = true;
  events.addEventListener("message", (event) => {
    const notice = JSON.parse(event.data);
    const done = !notice.running && (notice.outcome || notice.problem);
    work.hidden = !notice.running && (first || !done);
    if (!work.hidden) work.replaceChildren(...(notice.running ? running(notice) : finished(notice)));
    if (!notice.running && (busy || !first)) refresh();
    busy = notice.running;
    first = false;
  });
  events.addEventListener("error", () => {
    work.hidden = false;
    const gone = events.readyState === EventSource.CLOSED;
    work.replaceChildren(el("span", { class: "wrong" }, gone ? "看不到进度了：请刷新本页，必要时重新登录。" : "与计划通断开了，正在重新连接……"));
    first = true;
  });
  return () => events.close();
}

function running(notice) {
  const said = `${notice.phase} ${notice.done} / ${notice.total}${notice.file ? " · " + notice.file : ""}`;
  return [el("span", {}, "正在更新索引：" + said), el("progress", { max: Math.max(1, notice.total), value: notice.done, "aria-label": "更新索引" })];
}

function finished({ outcome, problem }) {
  if (problem) return [el("span", { class: "wrong" }, problem)];
  const parts = [
    [outcome.read, "读出"],
    [outcome.unread, "没有读出"],
    [outcome.removed, "删去"],
    [outcome.renamed, "改名"],
  ];
  const said = parts.filter(([names]) => names.length).map(([names, verb]) => `${verb} ${names.length} 个文件`);
  const problems = outcome.problems.concat(outcome.encoder_fault || []);
  return [
    el("span", {}, said.length ? `更新好了：${said.join("，")}，${outcome.facts} 个数字，用时 ${outcome.seconds} 秒。` : "没有变化，索引是最新的。"),
    ...problems.map((sentence) => el("span", { class: "hint" }, sentence)),
  ];
}

const unwell = (file) => Boolean(file.problems.length || !file.reports.length || file.raw_digits > file.read_digits);

function matches(file, words) {
  const reports = file.reports.flatMap((one) => [one.title, one.issuer || "", one.periods.join(" ")]);
  const text = [file.name, ...reports].join(" ");
  return words.trim().split(/\s+/).every((word) => text.includes(word));
}

function drawFiles(list, summary, { files, words, faulty }, refresh, changes) {
  const count = files.reduce((sum, file) => sum + file.reports.length, 0);
  const bad = files.filter(unwell).length;
  const chosen = files.filter((file) => matches(file, words.value) && (!faulty.checked || unwell(file)));
  const order = (file) => (file.reports.length ? (unwell(file) ? 1 : 2) : 0);
  summary.textContent = `${files.length} 个文件，${count} 份报告` + (bad ? `，${bad} 个有问题` : "") + (chosen.length < files.length ? `，列出 ${chosen.length} 个` : "");
  list.replaceChildren(...chosen.sort((a, b) => order(a) - order(b)).map((file) => fileCard(file, refresh, changes)));
  if (!files.length) list.append(el("p", { class: "quiet" }, "文件夹里还没有报告，请上传一份。"));
  else if (!chosen.length) list.append(el("p", { class: "quiet" }, faulty.checked && !words.value ? "都没有问题。" : "没有这样的报告。"));
}

function fileCard(file, refresh, changes) {
  const unread = !file.reports.length;
  const lost = file.raw_digits - file.read_digits;
  const badges = [
    unread ? el("span", { class: "badge bad" }, "没有读出") : file.problems.length ? el("span", { class: "badge warn" }, `${file.problems.length} 处问题`) : el("span", { class: "badge good" }, "已入库"),
    file.waiting ? el("span", { class: "badge plan" }, `还有 ${file.waiting} 页等待识别`) : null,
    lost > 0 && !unread ? el("span", { class: "badge warn" }, "可能丢数") : null,
  ];
  const loss = lost > 0 && !unread ? [`原文里有 ${file.raw_digits} 个数字字符，读出来 ${file.read_digits} 个，少了 ${lost} 个：可能有表格、图片没有读全，请打开核对。`] : [];
  const told = [...loss, ...file.problems];
  const name = file.reports.length === 1 ? null : el("p", { class: "about" }, file.name);
  const problems = told.length ? el("ul", {}, told.map((sentence) => el("li", {}, sentence))) : null;
  const shown = file.reports.map((report, at) => reportLines(report, file, at === 0 ? badges : [], refresh, changes));
  if (unread) shown.push(el("header", {}, el("span", { class: "title" }, file.name), badges, changes ? removal(file.name, file.name, refresh) : null));
  return el("article", { class: unread ? "file bad" : "file", "aria-label": file.name }, shown, unread ? null : name, problems);
}

function reportLines(report, file, badges, refresh, changes) {
  const years = report.periods.length ? report.periods.join("、") + " 年" : "年度未定";
  const about = [report.issuer || "文中未写明单位", years, `${report.facts} 个数字`, report.dated, file.reports.length === 1 && file.name !== report.title ? file.name : null];
  const actions = [
    el("a", { class: "second small", href: "/#report=" + encodeURIComponent(report.name) }, "查看"),
    changes ? button("更正", "second small", () => correct(report), { "aria-label": `更正：${report.title}` }) : null,
    changes ? removal(report.name, report.title, refresh) : null,
  ];
  return [el("header", {}, el("span", { class: "title" }, report.title), badges, actions), el("p", { class: "about" }, about.filter(Boolean).join(" · "))];
}

function removal(name, title, refresh) {
  return button(
    "删除",
    "second small danger",
    async () => {
      if (!(await confirmed(`删除《${title}》？`, "文件会从报告文件夹里删去，删去后任何答复里都不再有它，不能恢复。", "确认删除"))) return;
      const removed = await attempt(() => api.send("DELETE", "/api/admin/reports/" + encodeURIComponent(name)));
      if (removed) toast(`已删除 ${removed.removed}。`);
      refresh();
    },
    { "aria-label": `删除：${title}` },
  );
}

function correct(report) {
  filled(
    "更正",
    [
      { title: "题名", name: "title", value: report.title, maxlength: 200 },
      { title: "发文单位", name: "issuer", value: report.issuer || "", maxlength: 200 },
      { title: "报告的年度（文中“今年”是哪一年）", name: "year", type: "number", min: 1949, max: 2100, value: report.year || "" },
    ],
    "保存",
    async ({ title, issuer, year }) => {
      const changed = (now, before) => (now.trim() && now.trim() !== (before || "") ? now.trim() : "");
      const number = year && Number(year) !== report.year ? Number(year) : null;
      await api.send("PATCH", "/api/admin/reports/" + encodeURIComponent(report.name), { title: changed(title, report.title), issuer: changed(issuer, report.issuer), year: number });
      toast("已记下更正，正在重新入库。");
    },
    "读出来的不对，在这里改；都不改而保存，即撤去以前的更正。",
  );
}
