/** What every bar through steps has: the buttons, and the choices of grain and speed. */
import type { JSX } from "preact";
import { words } from "../i18n";
import { Icon, type IconName } from "../icons";
import { SPEEDS } from "../keys";
import { GRAINS, type Grain, grain, speed } from "../state/settings";
import { memo } from "./memo";

interface Acts {
  readonly first: () => void;
  readonly previous: () => void;
  readonly togglePlay: () => void;
  readonly next: () => void;
  readonly last: () => void;
}

/** `testid` begins the name of each button for tests and embedders: `step-next`. */
export function Moves(props: {
  testid: string;
  isAtFirst: boolean;
  isAtLast: boolean;
  playing: boolean;
  acts: Acts;
}): JSX.Element {
  const { testid, isAtFirst, isAtLast, playing, acts } = props;
  const t = words.value.transport;
  return (
    <div class="transport-buttons">
      <StepButton id={`${testid}-first`} icon="first" name={t.first} act={acts.first} off={isAtFirst} />
      <StepButton
        id={`${testid}-prev`}
        icon="previous"
        name={t.previous}
        act={acts.previous}
        off={isAtFirst}
      />
      <StepButton
        id={`${testid}-play`}
        icon={playing ? "pause" : "play"}
        name={playing ? t.pause : t.play}
        act={acts.togglePlay}
        off={isAtFirst && isAtLast}
        strong
      />
      <StepButton id={`${testid}-next`} icon="stepOn" name={t.next} act={acts.next} off={isAtLast} />
      <StepButton id={`${testid}-last`} icon="last" name={t.last} act={acts.last} off={isAtLast} />
    </div>
  );
}

export function GrainAndSpeed(): JSX.Element {
  const t = words.value.transport;
  return (
    <>
      <Choice
        label={t.grain}
        value={grain.value}
        options={GRAINS.map((each) => [each, t.grains[each]])}
        choose={(value) => {
          grain.value = value as Grain;
        }}
      />
      <Choice
        label={t.speed}
        value={String(speed.value)}
        options={SPEEDS.map((each) => [String(each), t.speeds(each)])}
        choose={(value) => {
          speed.value = Number(value);
        }}
      />
    </>
  );
}

interface StepButtonProps {
  readonly id: string;
  readonly icon: IconName;
  readonly name: string;
  readonly act: () => void;
  readonly off: boolean;
  readonly strong?: boolean;
}

/** Every step asks for all of them anew, and changes none but at the ends. */
const StepButton = memo(
  ({ id, icon, name, act, off, strong }: StepButtonProps): JSX.Element => (
    <button
      type="button"
      class={strong ? "button step strong" : "button step"}
      data-testid={id}
      aria-label={name}
      title={name}
      disabled={off}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  ),
  (a, b) => a.icon === b.icon && a.name === b.name && a.act === b.act && a.off === b.off,
);

function Choice(props: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  choose: (value: string) => void;
}): JSX.Element {
  return (
    <span class="select-box">
      <select
        class="select"
        aria-label={props.label}
        title={props.label}
        value={props.value}
        onChange={(event) => props.choose(event.currentTarget.value)}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={14} />
    </span>
  );
}
