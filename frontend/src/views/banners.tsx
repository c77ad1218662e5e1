/** What a person must know before looking further: a failed request, a run that did not end well, an unreadable file. */
import type { ComponentChildren, JSX } from "preact";
import { STANDALONE } from "../build";
import { chain, sentenceParts } from "../core/sentences";
import { tellStop } from "../core/stop";
import { focusOnceShown } from "../focus";
import { words } from "../i18n";
import { Icon, type IconName } from "../icons";
import { goTo, timeline } from "../state/player";
import { dismissFailure, outcomeSeen, phase, run } from "../state/run";
import { notice, pane, selected } from "../state/screen";
import { isolation, isolationSeen } from "../state/server";
import { language } from "../state/settings";
import { Explained } from "./explain";

export function Banners(): JSX.Element {
  return (
    <div class="banners" role="status">
      {STANDALONE ? null : <IsolationBanner />}
      {STANDALONE ? null : <FailureBanner />}
      <OutcomeBanner />
      <NoticeBanner />
      <Explained />
    </div>
  );
}

function IsolationBanner(): JSX.Element | null {
  const found = isolation.value;
  if (found === null || found === "full" || isolationSeen.value) return null;
  return (
    <Banner
      kind={found === "none" ? "bad" : "warn"}
      icon="warning"
      testid="isolation"
      close={() => {
        isolationSeen.value = true;
      }}
    >
      {words.value.server.isolation[found]} <code>gradwalk doctor</code>
    </Banner>
  );
}

function FailureBanner(): JSX.Element | null {
  const state = phase.value;
  if (state.kind !== "failed") return null;
  const { failure } = state;
  const { run: told, server } = words.value;
  const failures = { ...told.failures, ...server?.failures };
  return (
    <Banner kind="bad" icon="error" testid="failure" close={dismissFailure}>
      <b>{failures[failure.kind]}</b> {failure.detail ? <span>{failure.detail}</span> : null}
    </Banner>
  );
}

function OutcomeBanner(): JSX.Element | null {
  const trace = run.value?.trace;
  if (!trace || outcomeSeen.value) return null;
  const t = words.value.run;
  const tick = timeline.value?.ticks.find((each) => each.kind === "error");
  const { status, error } = trace.outcome;
  const why = chain(tellStop(trace));
  if (status === "ok" && !why) return null;
  return (
    <Banner
      kind={status === "error" ? "bad" : "warn"}
      icon={status === "error" ? "error" : "warning"}
      testid="outcome"
      close={() => {
        outcomeSeen.value = true;
      }}
    >
      <b>{why ? sentenceParts(why, language.value).map(({ text }) => text) : t.raised}</b>{" "}
      {tick?.step === 0 ? null : STANDALONE ? t.played : <span class="banner-played">{t.played}</span>}{" "}
      {status === "error" && error ? (
        <code class="banner-reason">{`${error.type}: ${error.message}`}</code>
      ) : null}
      {tick ? (
        <button type="button" class="link" onClick={() => showError(tick.step)}>
          {t.showError}
        </button>
      ) : null}
    </Banner>
  );
}

/** What went wrong stands in the details, which a narrow screen does not show beside the graph. */
function showError(at: number): void {
  goTo(at + 1);
  outcomeSeen.value = true;
  selected.value = null;
  pane.value = "details";
  if (!STANDALONE) focusOnceShown(".diagnosis .side-scroll");
}

function NoticeBanner(): JSX.Element | null {
  if (notice.value === null) return null;
  return (
    <Banner
      kind="warn"
      icon="warning"
      testid="notice"
      close={() => {
        notice.value = null;
      }}
    >
      {notice.value}
    </Banner>
  );
}

function Banner(props: {
  kind: "bad" | "warn";
  icon: IconName;
  testid: string;
  close: () => void;
  children: ComponentChildren;
}): JSX.Element {
  const name = words.value.run.dismiss;
  return (
    <div class={`banner banner-${props.kind}`} data-testid={`banner-${props.testid}`}>
      <Icon name={props.icon} size={18} />
      <p>{props.children}</p>
      <button type="button" class="tool" aria-label={name} title={name} onClick={props.close}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
