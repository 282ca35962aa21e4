// The dashboard: who is signed in, what they may see, and which page the address asks for.

import * as api from "./api.js";
import { cards } from "./cards.js";
import { controls } from "./controls.js";
import { announce, h, replace } from "./dom.js";
import { time } from "./format.js";
import { liveSign, watch } from "./live.js";
import { failure, message, notice, nothingToSee } from "./messages.js";
import { metricPage } from "./metric_page.js";
import { footer, showHeader } from "./shell.js";
import { showSignIn } from "./sign_in.js";
import { address, elsewhere, parse, scopesOf, settle } from "./view.js";
import { showTimesIn } from "./zone.js";

const main = document.getElementById("main");
const session = { me: null, metrics: [], drawn: null, loading: new AbortController() };

/** Loads what every page needs, then shows the one that the address asks for. */
async function start() {
  if (location.pathname !== "/") return replace(main, page(pageHead("There is nothing here"), nothingHere()));
  try {
    session.me = await api.whoAmI();
    if (!session.me) return showSignIn(enter);
    session.metrics = await api.catalogue();
    draw();
  } catch (error) {
    replace(main, page(pageHead("Metrics"), failure(error, start)));
  }
}

/** After signing in. What fails is told in the form. */
async function enter() {
  session.me = await api.whoAmI();
  session.metrics = await api.catalogue();
  draw();
  focusTitle();
}

async function leave() {
  try {
    await api.signOut();
  } catch (error) {
    return announce(error.message);
  }
  close("You are signed out.");
}

/** Back to the form; the address stays, so that signing in leads to the same page. */
function close(reason) {
  session.loading.abort();
  session.me = null;
  session.drawn = null;
  showSignIn(enter, reason);
}

/** Draws the page that the address asks for. */
function draw() {
  session.loading.abort();
  session.loading = new AbortController();
  session.drawn = location.search;
  const asked = parse(location.search);
  showTimesIn(asked.zone);
  const metric = session.metrics.find(({ path }) => path === asked.metric);
  const shown = (metric ? [metric] : session.metrics).filter((candidate) => scopesOf([candidate]).length > 0);
  const state = settle(asked, shown, new Map(session.me.teams.map(({ id, name }) => [id, name])));
  showHeader(session.me, address(elsewhere(state, null)), leave);
  document.title = metric ? `${metric.title} · Metrics` : "Metrics";
  if (asked.metric && !metric) return replace(main, page(pageHead("There is no such metric"), unknown(asked.metric)));
  if (!shown.length) return replace(main, page(pageHead("Overview"), nothingToSee(session.me)));
  drawPage(metric, shown, state);
}

function drawPage(metric, shown, state) {
  const go = (changes) => visit(address({ ...state, ...changes }));
  const { signal } = session.loading;
  const focused = document.activeElement.id;
  const shows = metric ? metricPage(metric, state, refreshButton(), signal, go) : overview(shown, state, signal);
  replace(main, page(shows.head, controls(state, shown, go), state.notices.map(notice), shows.body, footer()));
  shows.ready.then(() => {
    if (signal.aborted) return;
    performance.mark("drawn");
    announce(`Updated at ${time(new Date())}.`);
    // What had the focus may only now be back.
    if (document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
  });
}

const page = (...children) => h("div", { class: "page" }, ...children);

const pageHead = (text, ...actions) =>
  h("div", { class: "page-head" }, h("h1", { id: "title", tabindex: "-1" }, text), h("div", { class: "head-actions" }, actions));

const refreshButton = () => h("button", { type: "button", class: "button", id: "refresh", onclick: draw }, "Refresh");

function overview(shown, state, signal) {
  const sign = liveSign();
  const { list, ready } = cards(shown, state, signal, draw);
  ready.then((filled) => {
    if (signal.aborted) return;
    const loaded = filled.filter(Boolean);
    sign.element.hidden = !loaded.length;
    watch(loaded, sign, signal);
  });
  return { head: pageHead("Overview", sign.element, refreshButton()), body: list, ready };
}

const toAllMetrics = (attributes = {}) => h("a", { href: "/", class: "button", ...attributes }, "Show all metrics");

const unknown = (path) => message("", `Nothing that you may see is called “${path}”.`, toAllMetrics({ "data-page": true }));

const nothingHere = () => message("", `No page has the address ${location.pathname}.`, toAllMetrics());

/** Goes to an address of this page without leaving it. */
function visit(href) {
  if (href === location.pathname + location.search) return;
  history.pushState(null, "", href);
  draw();
}

function focusTitle() {
  (document.getElementById("title") ?? main).focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-page]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  visit(link.getAttribute("href"));
  scrollTo(0, 0);
  focusTitle();
});

addEventListener("popstate", () => {
  // The skip link moves through the history too, on the same page.
  if (!session.me || location.search === session.drawn) return;
  draw();
  focusTitle();
});

addEventListener(api.SIGNED_OUT, () => {
  if (session.me) close("Your session has ended: sign in again.");
});

start();
