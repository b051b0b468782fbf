// 人员：角色、停用、密码、邀请码、接口令牌；我的帐号：关联码、密码。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { attempt, button, confirmed, failed, filled, secret, toast, when } from "/assets/parts.js";

const POLICIES = { open: "没有登记的人都可以问", code: "没有登记的人先要邀请码", closed: "不接待没有登记的人" };

export function people(desk) {
  const draw = async () => {
    try {
      desk.replaceChildren(...parts(await api.get("/api/admin/people"), draw));
    } catch (error) {
      desk.replaceChildren(failed(error));
    }
  };
  draw();
}

function parts(found, draw) {
  const add = button("登记一个人", "second", () => addPerson(found.roles, draw));
  const invite = button("生成邀请码", "second", () => invitePeople(found.roles, draw));
  const token = button("生成接口令牌", "second", () => makeToken(found, draw), { disabled: found.people.length === 0 });
  return [
    el("div", { class: "row" }, el("h2", {}, "人员"), el("span", { class: "hint" }, `${found.people.length} 人 · ${POLICIES[found.policy]}`), el("span", { class: "spread" }), add, invite),
    peopleTable(found, draw),
    found.invitations.length ? el("section", { class: "panel" }, el("h3", {}, "还能用的邀请码"), el("div", { class: "list" }, found.invitations.map((one) => invitation(one, draw)))) : null,
    el("section", { class: "panel" }, el("div", { class: "row" }, el("h3", {}, "接口令牌"), el("span", { class: "spread" }), token), tokens(found, draw)),
  ].filter(Boolean);
}

function peopleTable(found, draw) {
  if (!found.people.length) return el("p", { class: "quiet" }, "还没有登记任何人。");
  const head = el("thead", {}, el("tr", {}, ["编号", "姓名", "角色", "通道", ""].map((name) => el("th", { scope: "col" }, name))));
  return el("div", { class: "sheet cards" }, el("table", {}, head, el("tbody", {}, found.people.map((one) => personRow(one, found.roles, draw)))));
}

function personRow(one, roles, draw) {
  const change = async (what) => {
    await attempt(() => api.send("PATCH", `/api/admin/people/${one.id}`, what));
    draw();
  };
  const role = el("select", { "aria-label": `${one.name}的角色` }, roles.map((name) => el("option", { value: name, selected: name === one.role }, name)));
  role.addEventListener("change", () => change({ role: role.value }));
  const leave = async () => {
    if (!(await confirmed(`移除${one.name}？`, "他的帐号、密码、令牌一并删去；审计里留有他当时的姓名。", "确认移除"))) return;
    await attempt(() => api.send("DELETE", `/api/admin/people/${one.id}`));
    draw();
  };
  return el(
    "tr",
    {},
    el("td", { class: "nowrap" }, String(one.id)),
    el("td", {}, one.name, " ", one.blocked ? el("span", { class: "badge bad" }, "已停用") : null),
    el("td", {}, role),
    el("td", {}, one.accounts.join("、") || "—"),
    el(
      "td",
      {},
      el(
        "div",
        { class: "row" },
        button("设密码", "second small", () => setPassword(one, draw), { "aria-label": `给${one.name}设密码` }),
        button(one.blocked ? "恢复" : "停用", "second small", () => change({ blocked: !one.blocked }), { "aria-label": `${one.blocked ? "恢复" : "停用"}${one.name}` }),
        button("移除", "second small danger", leave, { "aria-label": `移除${one.name}` }),
      ),
    ),
  );
}

const PASSWORD = [
  { title: "登录名", name: "login", maxlength: 64, autocomplete: "off" },
  { title: "密码（至少 8 个字符）", name: "password", type: "password", autocomplete: "new-password" },
];

const OWN_PASSWORD = [
  { title: "现在的密码", name: "current", type: "password", autocomplete: "current-password" },
  { title: "新密码（至少 8 个字符）", name: "password", type: "password", required: true, minlength: 8, autocomplete: "new-password" },
  { title: "新的登录名（不改就空着）", name: "login", maxlength: 64, autocomplete: "username" },
];

function addPerson(roles, draw) {
  const fields = [{ title: "姓名", name: "name", required: true, maxlength: 64 }, { title: "角色", name: "role", choices: roles, value: roles[0] }, ...PASSWORD];
  const act = async (given) => {
    await api.send("POST", "/api/admin/people", given);
    draw();
  };
  filled("登记一个人", fields, "登记", act, "要让他登录网页，就写上登录名和密码；只在 Telegram、企业微信里用的可以不写。");
}

function setPassword(one, draw) {
  const act = async (given) => {
    await api.send("PATCH", `/api/admin/people/${one.id}`, { login: given.login, password: given.password });
    toast("密码已设好，他以前的登录随即作废。");
    draw();
  };
  filled(`给${one.name}设密码`, PASSWORD.map((field) => ({ ...field, required: true })), "设好", act);
}

function invitePeople(roles, draw) {
  const fields = [{ title: "来的人是", name: "role", choices: roles, value: roles[0] }, { title: "几个人可用", name: "uses", type: "number", min: 1, max: 500, value: 1 }];
  const act = async (given) => {
    const { code } = await api.send("POST", "/api/admin/invitations", { role: given.role, uses: Number(given.uses) });
    draw();
    setTimeout(() => secret("邀请码", code, "七天内有效，关上就看不到了。让对方在网页的“登录”里用它注册，或在 Telegram、企业微信里发给机器人。"));
  };
  filled("生成邀请码", fields, "生成", act);
}

function invitation(one, draw) {
  const cancel = async () => {
    await attempt(() => api.send("DELETE", `/api/admin/invitations/${one.id}`));
    draw();
  };
  return el("div", { class: "row" }, `第 ${one.id} 个：${one.role}，还可用 ${one.uses} 次，${when(one.expires)} 到期`, el("span", { class: "spread" }), button("作废", "second small danger", cancel));
}

function makeToken(found, draw) {
  const names = found.people.map((one) => `${one.id} ${one.name}`);
  const fields = [{ title: "给哪个程序用", name: "name", required: true, maxlength: 64 }, { title: "以谁的身份", name: "person", choices: names, value: names[0] }];
  const act = async (given) => {
    const { token } = await api.send("POST", "/api/admin/tokens", { name: given.name, person: parseInt(given.person, 10) });
    draw();
    setTimeout(() => secret("接口令牌", token, "关上就看不到了。写在请求头 Authorization: Bearer 之后；接口的说明见 /api/openapi.json。"));
  };
  filled("生成接口令牌", fields, "生成", act);
}

function tokens(found, draw) {
  const names = Object.fromEntries(found.people.map((one) => [one.id, one.name]));
  const live = found.tokens.filter((one) => !one.revoked);
  if (!live.length) return el("p", { class: "hint" }, "没有令牌。别的程序要用 /api/ask、/api/reports、/api/facts，就给它一个。");
  const drop = async (one) => {
    if (!(await confirmed(`收回“${one.name}”的令牌？`, "用它的程序随即连不上；要再用，得重新生成一个。", "收回"))) return;
    await attempt(() => api.send("DELETE", `/api/admin/tokens/${one.id}`));
    draw();
  };
  return el("div", { class: "list" }, live.map((one) => el("div", { class: "row" }, `${one.name}（以${names[one.person] || one.person}的身份）`, el("span", { class: "hint" }, `${when(one.created)} 生成，` + (one.used ? `最近用于 ${when(one.used)}` : "还没用过")), el("span", { class: "spread" }), button("收回", "second small danger", () => drop(one)))));
}

export function mine(desk, who) {
  const link = button("生成关联码", "second", async () => {
    const made = await attempt(() => api.send("POST", "/api/me/link"));
    if (made) secret("关联码", made.code, "十分钟内到 Telegram 或企业微信里发给机器人，两边就是同一个人。");
  });
  const use = button("输入关联码", "second", () =>
    filled("输入关联码", [{ title: "在别的通道里得到的码", name: "code", required: true, maxlength: 40 }], "关联", async (given) => {
      await api.send("POST", "/api/codes", given);
      location.reload();
    }),
  );
  const password = button("改密码", "second", () =>
    filled("改密码", OWN_PASSWORD, "改好", async (given) => {
      await api.send("PUT", "/api/me/password", given);
      await api.me(true);
      toast("密码改好了，别处的登录都已作废。");
    }),
  );
  const leave = button("在所有地方退出", "second danger", async () => {
    if (!(await confirmed("在所有地方退出？", "这个帐号在各台电脑、手机上的登录都会作废，包括这里。", "都退出"))) return;
    if (await attempt(() => api.send("DELETE", "/api/me/sessions"))) location.assign("/admin");
  });
  desk.append(
    el("h2", {}, `${who.name} · ${who.role}`),
    el("section", { class: "panel" }, el("h3", {}, "登录"), el("div", { class: "row" }, password, leave)),
    el("section", { class: "panel" }, el("h3", {}, "与 Telegram、企业微信关联"), el("p", { class: "hint" }, "关联以后，几个地方是同一个人：角色相同，成绩、错题在一处。"), el("div", { class: "row" }, link, use)),
  );
}
