/** Words of what only a page with a server can do: lessons, what-if, predictions, comparisons, links; in English. */

export const making = {
  bar: {
    skip: "Skip to the steps",
    skipToGraph: "Skip to the graph",
    lessons: "Lessons",
    empty: "Empty notebook",
    emptyHint: "Paste or write your own code",
    open: "Open",
    openHint: "Open a notebook (.ipynb) or a script (.py), and files that it reads",
    running: "Running",
    cancel: "Stop",
    runHint: "Run all cells (Ctrl+Enter)",
  },

  cells: {
    addFirst: "Add a cell",
    addBelow: "Add a cell below",
    remove: "Delete this cell",
    moveUp: "Move this cell up",
    moveDown: "Move this cell down",
    drop: "Drop a notebook or a script to open it, with what it imports",
    untitled: "Untitled",
    unnumbered: "new",
    edited: "Changed since the run",
    leave:
      "Tab passes over the code until another key is pressed there; then it indents, and Escape leaves it.",
    recordMore: (n: string) => `Run again recording ${n}`,
  },

  server: {
    kept: "The server cannot be reached. This is what the same code gave before, as your browser kept it; to run anything else, the server is needed.",
    fileUnreadable: (name: string) => `${name} could not be read as a notebook.`,
    fileNoText: (name: string) => `${name} was left out: it is not text.`,
    linkUnreadable: "The link could not be read: part of it may be missing.",
    fileEmpty: (name: string) => `There is no code in ${name}.`,
    isolation: {
      partial:
        "This server holds in what it runs, but with fewer walls than it could have. To see which are missing:",
      none: "Nothing holds in what is run here: code can do whatever the server's user can. Run only code that you trust. To see what is missing:",
    },
    failures: {
      network: "The server cannot be reached. Is it running?",
      busy: "The server is busy with other runs. Try again in a moment.",
      tooLarge: "The code is longer than the server accepts.",
      invalid: "The server did not understand the request.",
      server: "Something went wrong in the server. The code may be fine.",
      unreadable: "The answer of the server could not be read.",
    },
  },

  commands: {
    speaker: "Speaker's window",
    legend: "What the signs mean",
    keep: "Keep this run, to compare",
    nextDifference: "Next difference of two runs",
    previousDifference: "Previous difference",
    on: "on",
    off: "off",
  },

  lessons: {
    search: "Find a lesson",
    none: "No lesson has these words in its title.",
    unreachable: "The lesson could not be loaded. Is the server running?",
    unknown: (id: string) => `There is no lesson ${id}.`,
  },

  whatIf: {
    label: "What if…",
    slider: (index: string) => `Other value for element ${index}`,
    reset: "Back to the code's own numbers",
    beside: "Both side by side",
    noSlope: "No gradient reaches this in the run.",
    check: "Check the gradient",
    draw: "Draw the curve",
    noDifference: "With other numbers the run takes another way: there is no difference to compare with.",
    verdict: (gradient: string, difference: string, error: string) =>
      `gradient ${gradient}, finite differences ${difference}: ${error} apart`,
    plot: (root: string, slope: string) =>
      `${root} over this element; the tangent has the slope ${slope}, the gradient`,
  },

  speaker: {
    waiting: "Waiting for the page…",
    now: "On screen",
    next: "Next",
    question: "Question",
    answer: "Answer",
    watch: "Watch for",
    note: "Notes",
  },

  compare: {
    label: "A run is kept",
    change: "This run is kept. Change the code and run it again: both are then shown side by side.",
    of: (name: string) => `Kept: a run of “${name}”.`,
    open: "Side by side",
    stop: "Stop comparing",
  },

  share: {
    label: "Link",
    hint: "Opens this code at this step. The code is in the link itself and is not sent to any server until it is run.",
    copy: "Copy the link",
    copied: "Copied",
    tooLong: "This code is too long for a link.",
  },

  progress: {
    label: "The run goes on",
    counts: (ops: string, seconds: string) => `${ops} operations, ${seconds} s`,
    waiting: (ahead: number) =>
      ahead ? `Waiting for its turn, ${ahead} before you` : "Waiting for its turn, you are next",
  },

  nothing: {
    idle: "Press Run to execute the cells and record every step.",
    sending: "Running the cells…",
    emptyTitle: "See how the gradient flows",
    empty: "Run the code, then walk through it step by step: forward to the value, backward to the gradient.",
    unreadable: "Python cannot read this code, so it did not run.",
    endedEarly: "The run ended before it made a tensor.",
    keep: "compare",
    keepHint: "Keep this run and compare it with the next (K)",
  },

  ways: {
    most: "The largest part of what reached {name} came by {code}: {value}.",
    also: "Also by {code}: {value}.",
  },

  mending: {
    failedHere: "the backward pass failed here",
    run: "Change it and run",
    edited: "The code has been changed since this run.",
    mended: (label: string) => `Changed: ${label}.`,
    undo: "Undo and run",
    beside: "Before and after, side by side",
  },
};
