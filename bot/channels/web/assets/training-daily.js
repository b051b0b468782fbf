// 每日一题：开不开，几点发，说到什么的，发到哪些群。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { attempt, button, toast } from "/assets/parts.js";
import { back, tick } from "/assets/training-parts.js";

const CHANNELS = { telegram: "Telegram", wecom: "企业微信", aibot: "智能机器人" };

export async function daily({ redraw }) {
  const found = await api.get("/api/training/daily");
  const at = el("input", { type: "time", name: "at", required: true, value: found.at });
  const topic = el("input", { name: "topic", maxlength: 60, value: found.topic, placeholder: "不限" });
  const channel = el("select", { "aria-label": "通道" }, Object.entries(CHANNELS).map(([value, name]) => el("option", { value }, name)));
  const chat = el("input", { maxlength: 100, placeholder: "群的编号", "aria-label": "群的编号" });
  const on = tick("on", "每天出一题", found.on);
  const save = async (places) => {
    const chosen = { on: on.querySelector("input").checked, at: at.value, topic: topic.value, reports: found.reports, places };
    if (!(await attempt(() => api.send("PUT", "/api/training/daily", chosen)))) return;
    await redraw();
    toast("记下了。");
  };
  const drop = (gone) => save(found.places.filter((one) => one !== gone));
  const add = () => chat.value.trim() && save([...found.places, { channel: channel.value, chat: chat.value.trim() }]);
  const row = (one) => el("li", { class: "row" }, el("span", {}, `${CHANNELS[one.channel] || one.channel} ${one.chat}`), button("去掉", "second small danger", () => drop(one), { "aria-label": `去掉 ${one.chat}` }));
  const form = el(
    "form",
    { class: "panel group" },
    on,
    el("div", { class: "fields" }, el("label", { class: "field" }, "几点发", at), el("label", { class: "field" }, "只考这个主题（可以不写）", topic)),
    el("div", { class: "row" }, el("span", { class: "spread" }), el("button", { type: "submit", class: "primary" }, "存下")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(found.places);
  });
  const groups = el("section", { class: "panel group" }, el("h3", {}, "发到这些群"), found.places.length ? el("ul", { class: "list" }, found.places.map(row)) : el("p", { class: "hint" }, "还没有群。"), el("div", { class: "row" }, channel, chat, button("加上", "second", add)));
  return [back(), el("h2", {}, "每日一题"), el("p", { class: "hint" }, "每天从报告里出一道没有出过的题，发给订阅的人（各人在“考核”页里订）和下面的群；答错的进各人的错题本。"), form, groups];
}
