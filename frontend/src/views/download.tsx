/** The run on screen, downloaded in one of the forms that the server has, at the step and in the look of the page. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { sharing } from "../i18n/sharing";
import { Icon } from "../icons";
import { eventsDone } from "../state/player";
import { run } from "../state/run";
import { language } from "../state/settings";

interface Form {
  readonly name: string;
  readonly suffix: string;
}

/** The trace as it is needs nobody to make it. */
const TRACE: Form = { name: "trace", suffix: ".trace.json" };

export function Download(): JSX.Element | null {
  const t = sharing.value;
  const [forms, setForms] = useState<readonly Form[]>([TRACE]);
  const [chosen, setChosen] = useState(TRACE.name);
  const [said, setSaid] = useState("");
  useEffect(() => {
    void fetchForms().then((found) => {
      setForms([...found, TRACE]);
      if (found.some(({ name }) => name === "html")) setChosen("html");
    });
  }, []);
  const form = forms.find(({ name }) => name === chosen) ?? TRACE;
  const nameOf = ({ name }: Form) => (name === TRACE.name ? t.trace : (t.forms[name] ?? name));
  return run.value ? (
    <div class="share-row">
      <span class="select-box">
        <select
          class="select"
          data-testid="download-form"
          aria-label={t.as}
          value={form.name}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        >
          {forms.map((each) => (
            <option key={each.name} value={each.name}>
              {nameOf(each)}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={14} />
      </span>
      <button
        type="button"
        class="button"
        data-testid="download"
        onClick={() => {
          setSaid(t.preparing);
          void give(form).then((problem) => setSaid(problem === null ? "" : `${t.failed} ${problem}`));
        }}
      >
        {t.download}
      </button>
      <p role="status" class="share-said">
        {said}
      </p>
    </div>
  ) : null;
}

async function fetchForms(): Promise<Form[]> {
  try {
    const response = await fetch("api/v1/formats");
    return response.ok ? ((await response.json()) as Form[]) : [];
  } catch {
    return [];
  }
}

/** Null, or why there is no file. */
async function give({ name, suffix }: Form): Promise<string | null> {
  const trace = JSON.stringify(run.value?.trace);
  if (name === TRACE.name) {
    save(new Blob([trace], { type: "application/json" }), suffix);
    return null;
  }
  const theme = document.documentElement.dataset.theme ?? "light";
  // The server speaks these two.
  const spoken = language.value === "zh" ? "zh" : "en";
  const wanted = { format: name, step: String(eventsDone.value), theme, language: spoken };
  try {
    const response = await fetch(`api/v1/render?${new URLSearchParams(wanted)}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: trace,
    });
    if (!response.ok)
      return ((await response.json()) as { detail?: string }).detail ?? String(response.status);
    save(await response.blob(), suffix);
    return null;
  } catch {
    return sharing.value.unreachable;
  }
}

function save(blob: Blob, suffix: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `gradwalk${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
