/** The lessons, by topic, and a field to find one; and the empty notebook. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { search } from "../core/lesson";
import { words } from "../i18n";
import { inLanguage } from "../i18n/languages";
import { Icon } from "../icons";
import { lesson, openEmpty } from "../state/cells";
import { chooseLesson, fetchTopics, topics } from "../state/lessons";
import { pane } from "../state/screen";
import { language } from "../state/settings";
import { Menu } from "./menu";

const query = signal("");

export function Lessons(): JSX.Element {
  const t = words.value;
  return (
    <Menu label={t.bar.lessons} icon="book">
      {(close) => {
        const choose = (open: () => void) => {
          close();
          query.value = "";
          pane.value = "code";
          open();
        };
        return (
          <div class="lessons" data-testid="lessons">
            <div class="lessons-head">
              <Field
                onEnter={() => {
                  const first = search(topics.value, query.value)[0]?.lessons[0];
                  if (first) choose(() => void chooseLesson(first.id));
                }}
              />
              <button type="button" class="tool" aria-label={t.help.close} onClick={close}>
                <Icon name="close" size={18} />
              </button>
            </div>
            <Found choose={choose} />
            <button type="button" class="menu-item lessons-empty" onClick={() => choose(openEmpty)}>
              <b>{t.bar.empty}</b>
              <span class="muted">{t.bar.emptyHint}</span>
            </button>
          </div>
        );
      }}
    </Menu>
  );
}

function Field({ onEnter }: { onEnter: () => void }): JSX.Element {
  const t = words.value.lessons;
  useEffect(() => void fetchTopics(), []);
  return (
    <input
      type="search"
      class="lessons-search"
      placeholder={t.search}
      aria-label={t.search}
      value={query.value}
      onInput={(event) => {
        query.value = event.currentTarget.value;
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") onEnter();
      }}
    />
  );
}

function Found({ choose }: { choose: (open: () => void) => void }): JSX.Element {
  const found = search(topics.value, query.value);
  const to = language.value;
  return (
    <div class="lessons-topics">
      {found.length === 0 ? <p class="muted lessons-none">{words.value.lessons.none}</p> : null}
      {found.map((topic) => (
        <section key={topic.id} class="lessons-topic">
          <h2 class="eyebrow plain">{inLanguage(topic.title, to)}</h2>
          <ul>
            {topic.lessons.map(({ id, title }) => (
              <li key={id}>
                <button
                  type="button"
                  class="menu-item"
                  data-lesson={id}
                  aria-current={lesson.value?.id === id ? "true" : undefined}
                  onClick={() => choose(() => void chooseLesson(id))}
                >
                  {inLanguage(title, to)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** Above a lesson's first cell: what to watch for. */
export function Watch(): JSX.Element | null {
  const open = lesson.value;
  if (!open) return null;
  const to = language.value;
  return (
    <div class="lesson-watch" data-testid="lesson-watch">
      <p>{inLanguage(open.watch, to)}</p>
      {open.credit ? <p class="muted lesson-credit">{inLanguage(open.credit, to)}</p> : null}
    </div>
  );
}
