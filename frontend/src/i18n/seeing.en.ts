/** Words of the views that show values, aliasing, loops, and ways to get about, in English. */

export const seeing = {
  oddities: {
    nan: "NaN",
    infinite: "inf",
    zeros: "all zero",
    exploding: "exploding",
    vanishing: "vanishing",
  },
  odditiesMean: {
    nan: (n: string) => `${n} NaN: not a number`,
    infinite: (n: string) => `${n} infinite`,
    zeros: "Nothing but zeros",
    exploding: (size: string) => `Magnitudes of ${size}: exploding`,
    vanishing: (size: string) => `No magnitude above ${size}: vanishing`,
  },
  statistics: {
    min: "min",
    max: "max",
    mean: "mean",
    norm: "norm",
    nan: "NaN",
    infinite: "inf",
    zeros: "zeros",
  },
  scale: (low: string, high: string) => `Colours from ${low} (orange) over 0 (pale) to ${high} (blue)`,
  histogram: (low: string, high: string) => `How the values are spread from ${low} to ${high}`,
  browse: "All values",
  browseOf: (name: string, shape: string) => `${name} ${shape}`,
  close: "Close",
  axis: (n: number) => `axis ${n}`,
  unlisted: (known: string, total: string) => `The run recorded the first ${known} of ${total} values.`,
  recordMore: (n: string) => `Run again recording ${n}`,
  arriving: (text: string) => `arriving ${text}`,
  unrecorded: "not recorded",
};
