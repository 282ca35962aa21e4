// The requests to the server, and what they fail with.

import { parse } from "./exact.js";

/** Why a request was not answered as asked, in a sentence to show. */
export class ApiError extends Error {
  constructor(status, message, field) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

const UNREACHABLE = "The service cannot be reached. Check the connection, then try again.";

async function request(path, options = {}) {
  const response = await fetch(path, { headers: { Accept: "application/json" }, ...options }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, UNREACHABLE);
  });
  const body = await response.text().then(parse).catch(() => null);
  if (response.ok && body) return body;
  throw new ApiError(response.status, sentence(body?.error ?? `The service answered ${response.status}.`), body?.field);
}

function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The server writes its reasons without capital and full stop, so that they fit into logs. */
function sentence(text) {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** Who is signed in; nothing when nobody is. */
export async function whoAmI() {
  try {
    return (await request("/api/users/me")).data;
  } catch (error) {
    if (error.status === 401) return null;
    throw error;
  }
}

export const signIn = (email, password) => post("/api/auth/login", { email, password });

export const signOut = () => post("/api/auth/logout", {});

/** The metrics that the person may see. */
export const catalogue = async () => (await request("/api/metrics")).data.metrics;

/** The event of a session that has ended while the dashboard was open. */
export const SIGNED_OUT = "signed-out";

/** A series, as `series.js` asks for it. */
export async function series(url, signal) {
  try {
    return (await request(url, { signal })).data;
  } catch (error) {
    if (error.status === 401) dispatchEvent(new Event(SIGNED_OUT));
    throw error;
  }
}
