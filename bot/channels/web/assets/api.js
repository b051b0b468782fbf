// 与服务端说话：失败时抛出一句中文。

const TROUBLE = "连不上计划通，请确认它还在运行，然后再试一次。";

async function call(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Error(TROUBLE);
  }
  let body = null;
  try {
    body = await response.json();
  } catch {
    throw new Error(response.ok ? "收到的答复不完整，请再试一次。" : TROUBLE);
  }
  if (!response.ok) throw Object.assign(new Error(body.error || TROUBLE), { status: response.status });
  return body;
}

// 我是谁；连同防伪造的文字，一页只问一次，登录、退出之后再问。
let known = null;

export function me(again = false) {
  if (!known || again) {
    known = call("/api/me");
    known.catch(() => (known = null));
  }
  return known;
}

// 改东西的请求：带上防伪造的文字。
export async function send(method, address, body) {
  const { csrf } = await me();
  const headers = { "X-CSRF-Token": csrf };
  if (body instanceof Blob) headers["Content-Type"] = "application/octet-stream";
  else if (body !== undefined) headers["Content-Type"] = "application/json";
  return call(address, { method, headers, body: body === undefined || body instanceof Blob ? body : JSON.stringify(body) });
}

export async function ask(question, history, chat) {
  await me();
  return call("/api/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, history, chat }),
  });
}

export const get = (address) => call(address);
export const reports = () => call("/api/reports");
export const report = (name) => call("/api/reports/" + encodeURIComponent(name));
export const start = () => call("/api/start");
export const judge = (answer, verdict, correction) => send("POST", "/api/feedback", { answer, verdict, correction });
