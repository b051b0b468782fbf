// 发布之后的分享：链接、二维码、代码，和再发给谁。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { attempt, button, dialogue, toast } from "/assets/parts.js";
import { audience, people } from "/assets/training-parts.js";

export function share(found, redraw) {
  const link = `${location.origin}/quiz/${found.paper.code}`;
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  const copy = button("复制链接", "second small", async () => {
    await attempt(() => navigator.clipboard.writeText(link));
    toast("链接已复制。");
  });
  return el(
    "section",
    { class: "panel share", "aria-label": "分享" },
    el("img", { src: `/api/training/papers/${found.paper.id}/code.svg`, alt: "链接的二维码", width: 132, height: 132 }),
    el("div", { class: "list" }, el("p", { class: "code" }, found.paper.code), el("p", {}, el("a", { href: link, id: "link" }, link)), el("div", { class: "row" }, navigator.clipboard ? copy : null, el("span", { class: "hint" }, local ? "本页只对本机开放，别的电脑和手机打不开这个链接；代码在 Telegram、企业微信里照样能用。" : "手机扫一扫，或打开链接，或在 Telegram、企业微信里发代码。")), audienceLine(found, redraw)),
  );
}

function audienceLine(found, redraw) {
  const more = async () => {
    const listed = await api.get("/api/training/people");
    dialogue("再发给", people(listed), "发给他们", async (data) => {
      await api.send("POST", `/api/training/papers/${found.paper.id}/audience`, audience(data));
      toast("已发给他们。");
      redraw();
    });
  };
  return el("div", { class: "row" }, el("span", {}, found.audience.length ? `点名发给：${found.audience.join("、")}` : "没有点名发给谁"), button("再发给……", "second small", () => attempt(more)));
}
