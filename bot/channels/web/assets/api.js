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
  if (!response.ok) throw new Error(body.error || TROUBLE);
  return body;
}

export function ask(question, history) {
  return call("/api/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, history }),
  });
}

export const reports = () => call("/api/reports");
export const report = (name) => call("/api/reports/" + encodeURIComponent(name));
export const start = () => call("/api/start");
