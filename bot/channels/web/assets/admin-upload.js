// 上传：拖放或选取几份（文件夹也行），逐份传，各有进度和结果；太大的、格式不对的不必传就告诉。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { button } from "/assets/parts.js";

const MEGABYTE = 1024 * 1024;

// `limits` 由服务端说明：一份最多多少 MB，收哪些扩展名。
export function uploads() {
  const queue = [];
  let limits = null;
  let busy = false;
  const list = el("ul", { class: "uploads", "aria-label": "上传的文件", role: "list" });
  const input = el("input", { type: "file", multiple: true, "aria-label": "选择要上传的报告" });
  const limit = el("span", { class: "hint" }, "Word、WPS、PDF、OFD、Excel、PPT、文本、网页、邮件、图片、zip；可以一次几份");
  const zone = el("label", { class: "drop" }, el("b", {}, "把报告拖到这里，或点这里选择"), limit, input);

  function add(files) {
    for (const file of files) {
      const job = row(file, () => add([file]));
      list.append(job.line);
      const refused = limits && refusal(file, limits);
      if (refused) job.end("bad", refused, false);
      else queue.push(job);
    }
    if (!busy) work();
  }

  async function work() {
    busy = true;
    while (queue.length) await queue.shift().send();
    busy = false;
  }

  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  zone.addEventListener("dragenter", () => zone.classList.add("over"));
  zone.addEventListener("dragleave", (event) => zone.classList.toggle("over", zone.contains(event.relatedTarget)));
  zone.addEventListener("drop", async (event) => {
    zone.classList.remove("over");
    add(await dropped(event.dataTransfer));
  });
  const leaving = (event) => (busy ? event.preventDefault() : null);
  addEventListener("beforeunload", leaving);
  addEventListener("dragover", harmless);
  addEventListener("drop", harmless);
  return {
    parts: [zone, list],
    know(found) {
      limits = found;
      limit.textContent = `Word、WPS、PDF、OFD、Excel、PPT、文本、网页、邮件、图片、zip；可以一次几份，一份最多 ${found.upload_mb} MB`;
      input.accept = found.suffixes.join(",");
    },
    close() {
      removeEventListener("beforeunload", leaving);
      removeEventListener("dragover", harmless);
      removeEventListener("drop", harmless);
    },
  };
}

// 落在框外的，浏览器不要去打开它。
function harmless(event) {
  event.preventDefault();
}

function refusal(file, limits) {
  const suffix = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
  if (!limits.suffixes.includes(suffix)) return "不是读得了的格式，没有上传。";
  if (file.size > limits.upload_mb * MEGABYTE) return `太大：${size(file.size)}，一份最多 ${limits.upload_mb} MB。请拆成几份，或直接放进报告文件夹。`;
  return file.size ? "" : "是空的，没有上传。";
}

function size(bytes) {
  return bytes < MEGABYTE ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

// 拖来的文件；文件夹取出里面的，以点开头的不要。
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map(inside));
  return found.flat(Infinity).filter((file) => !file.name.startsWith("."));
}

async function inside(entry) {
  if (entry.isFile) return new Promise((done) => entry.file(done, () => done([])));
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done) => reader.readEntries(done, () => done([])));
    if (!some.length) break;
    found.push(...some);
  }
  return Promise.all(found.map(inside));
}

// 一份文件的一行：名字、进度、结果；没传成的可以再传。
function row(file, again) {
  const said = el("span", { class: "hint", role: "status" }, "等着上传");
  const bar = el("progress", { max: Math.max(1, file.size), value: 0, "aria-label": `上传《${file.name}》` });
  const stopping = new AbortController();
  const cancel = button("取消", "second small", () => stopping.abort(), { "aria-label": `取消上传《${file.name}》` });
  const line = el("li", {}, el("span", { class: "name" }, file.name), said, bar, cancel);

  function end(look, sentence, retry) {
    line.className = look;
    said.textContent = sentence;
    bar.remove();
    const anew = () => {
      line.remove();
      again();
    };
    cancel.replaceWith(
      retry ? button("再传", "second small", anew, { "aria-label": `再传《${file.name}》` }) : "",
      button("收起", "second small", () => line.remove(), { "aria-label": `收起《${file.name}》` }),
    );
  }

  async function send() {
    if (stopping.signal.aborted) return end("", "已取消，没有上传。", true);
    try {
      const told = (sent) => {
        bar.value = sent;
        said.textContent = sent < file.size ? `${size(sent)} / ${size(file.size)}` : "已传完，正在存下……";
      };
      told(0);
      const added = await api.upload("/api/admin/files?name=" + encodeURIComponent(file.name), file, told, stopping.signal);
      if (added.known) end("known", added.name === file.name ? "早就有了，内容一样，没有再存。" : `与《${added.name}》内容一样，没有再存。`, false);
      else if (added.namesake) end("good", `已有同名的一份，这一份存成《${added.name}》，入库的结果看下面。`, false);
      else end("good", "已存下，入库的结果看下面。", false);
    } catch (error) {
      end("bad", error.message, true);
    }
    return null;
  }

  return { line, end, send };
}
