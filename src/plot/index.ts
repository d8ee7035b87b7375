export { type AsdFigureData, asdFigure } from './asd-figure.ts'
export { type SpectrogramFigureData, spectrogramFigure } from './spectrogram-figure.ts'
export { type StrainFigureData, strainFigure } from './strain-figure.ts'
export { type TraceFigureData, traceFigure } from './trace-figure.ts'
