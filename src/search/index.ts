export {
  type Background,
  type BackgroundOptions,
  type CompactOptions,
  compactBackground,
  createBackground,
} from './background/background.ts'
export { readBackground, type StoredBackground, writeBackground } from './background/background-file.ts'
export {
  type CountBand,
  type CumulativeEvents,
  type CumulativeEventsOptions,
  cumulativeEvents,
} from './background/cumulative-events.ts'
export {
  countAtLeast,
  type FalseAlarmRate,
  type FalseAlarmRateOptions,
  falseAlarmProbability,
  falseAlarmRate,
} from './background/false-alarm-rate.ts'
export {
  type EvaluationOptions,
  type SlidePiece,
  slideLivetime,
  slidePieces,
  type TimeSlideOptions,
} from './background/slide.ts'
export { type PlanSlidesOptions, planSlides, type SlidePlan, type TimeSlide } from './background/slide-plan.ts'
export type { ExponentialTail, TailOptions } from './background/tail.ts'
export { type RateThreshold, thresholdAtRate } from './background/threshold-at-rate.ts'
export {
  bankIdentity,
  type CandidateSearch,
  type CandidateSearchOptions,
  type CandidateSettings,
  createCandidateSearch,
  pairLag,
  type TimedCandidate,
} from './candidates/candidate-search.ts'
export {
  type SlidBlock,
  type SlidBlockOptions,
  type SlidCandidates,
  type SlideCandidatesOptions,
  slidBlock,
  slideCandidates,
} from './candidates/slide-candidates.ts'
export { challengeBank } from './challenge/challenge-bank.ts'
export {
  type ChallengeDistanceRow,
  type ChallengeOutcome,
  type ChallengeOutcomeSource,
  type ChallengeStepsOptions,
  challengeOutcome,
  challengeSteps,
  type ExtrapolatedDistance,
  outcomeJson,
  readPieces,
} from './challenge/challenge-run.ts'
export { type ChallengeSensitivitySource, challengeSensitivity } from './challenge/challenge-sensitivity.ts'
export { challengeDataSpans } from './challenge/data-spans.ts'
export { type ChallengeDistance, challengeDistances, type UnresolvedDistance } from './challenge/distances.ts'
export { challengeFileSteps } from './challenge/file-steps.ts'
export { injectionsInside } from './challenge/injections-inside.ts'
export { joinEvents } from './challenge/join-events.ts'
export { type ChallengeInjection, injectionColumns } from './challenge/piece-injections.ts'
export {
  type ChallengePlan,
  type ChallengePlanOptions,
  challengeDetectors,
  challengePlan,
  challengeSampleRate,
} from './challenge/plan.ts'
export {
  type ChallengeResult,
  type ChallengeScore,
  type EventRows,
  type ScoreChallengeOptions,
  scoreChallenge,
} from './challenge/score.ts'
export { type ChallengeStrain, type ChallengeStrainOptions, challengeStrain } from './challenge/strain.ts'
export type { ChallengeSearch } from './challenge/stretch-steps.ts'
export type { DetectorNetwork, WindowNetwork } from './dense/detector-network.ts'
export {
  createDenseEvaluator,
  type DenseEvaluator,
  type DenseOptions,
  type DenseStream,
  type DenseStreamOptions,
} from './dense/evaluator.ts'
export {
  createOutputEventFinder,
  findOutputEvents,
  type OutputEvent,
  type OutputEventFinder,
  type OutputEventOptions,
  type OutputTimes,
  type WhitenedStretch,
} from './dense/output-events.ts'
export { compileNetwork, type NetworkCard, type OnnxNetwork } from './dense/session-network.ts'
export { type Clusterer, type ClusterOptions, cluster, createClusterer, type Peak } from './events/cluster.ts'
export {
  createIntegrator,
  type Integrated,
  type IntegrationOptions,
  type Integrator,
  integrate,
} from './events/integrate.ts'
export type { PeakTiming } from './events/peak-position.ts'
export { type Coincidence, type CoincidenceOptions, findCoincidence } from './look/coincidence.ts'
export { type ConditionedStrain, type ConditionOptions, condition } from './look/condition.ts'
export { type DetectorLook, type LookOptions, type LookResult, look, lookAtStrain } from './look/look.ts'
export { type NetworkOutput, type SlideOptions, slideNetwork } from './look/network.ts'
export { loadNetwork } from './look/onnx-network.ts'
export { type Standout, standout } from './look/standout.ts'
export type { SearchBand } from './matched-filter/band.ts'
export { readBank, writeBank } from './matched-filter/bank-file.ts'
export type { Candidate } from './matched-filter/candidate.ts'
export {
  type CandidateFinder,
  type CandidateFinderOptions,
  createCandidateFinder,
} from './matched-filter/candidate-finder.ts'
export type { FilteredPiece } from './matched-filter/filtered-piece.ts'
export {
  createFrontEnd,
  type FrontEnd,
  type FrontEndOptions,
  type FrontEndStream,
} from './matched-filter/front-end.ts'
export {
  type BuildBankOptions,
  buildBank,
  type TemplateBank,
  type TemplateWeights,
} from './matched-filter/template-bank.ts'
export type { Intrinsic } from './matched-filter/whitened-templates.ts'
export { type WhiteningBand, type WhiteningBandOptions, whiteningBand } from './matched-filter/whitening-band.ts'
export { readSearchModel, type SearchModel, searchModelFiles } from './model/search-model.ts'
export {
  type MeasureSensitivityOptions,
  measureSensitivity,
  planSensitivity,
  type SensitivityPlan,
} from './outcome/measure-sensitivity.ts'
export { type SearchFilesOptions, searchFiles } from './outcome/search-files.ts'
export type { EventView, SearchEvent, SearchedStretch, SearchOutcome } from './outcome/search-outcome.ts'
export { searchOfModel } from './outcome/search-stretches.ts'
export type { DistanceAtRate, ModelDistances, Sensitivity } from './outcome/sensitivity.ts'
export type { SensitivityFiles } from './outcome/sensitivity-files.ts'
export type {
  FoundAtRate,
  InjectionsMade,
  PopulationDistance,
  PopulationSensitivity,
  SensitivityOutcome,
  UnresolvedRate,
} from './outcome/sensitivity-outcome.ts'
export { type SlidBackgroundOptions, slidBackground } from './outcome/slid-background.ts'
export { coincidenceKind } from './ranking/coincidence-kind.ts'
export {
  type CoincidenceInputs,
  type CoincidenceNetworkOptions,
  type CoincidenceParameters,
  coincidenceNetwork,
} from './ranking/coincidence-network.ts'
export { networkRanking, type Ranking, snrRanking } from './ranking/ranking.ts'
export { challengeMonthSeconds, julianYearSeconds } from './rate-units.ts'
export {
  type Efficiency,
  type EfficiencyBin,
  type EfficiencyCell,
  type EfficiencyOptions,
  efficiencyByBins,
  efficiencyByCells,
} from './recovery/efficiency.ts'
export { type InjectedStretch, injectedStretch } from './recovery/injected-stretch.ts'
export { matchInjections, type Recovery, type TimedEvents } from './recovery/match-injections.ts'
export type { Merger } from './recovery/merger-signals.ts'
export { type ChallengeReportSource, challengeVerdict, writeChallengeReport } from './report/challenge-report.ts'
export { type LookReportFiles, lookVerdict, writeLookReport } from './report/look-report.ts'
export { type LookSummary, lookSummary } from './report/look-summary.ts'
export type { ModelCard } from './report/method-section.ts'
export { frequencyText } from './report/rate-text.ts'
export {
  type SearchReportSource,
  type ViewedEventsOptions,
  viewedEvents,
  writeSearchReport,
} from './report/search-report.ts'
export { searchVerdict } from './report/search-verdict.ts'
export type { ReportFiles } from './report/write-report.ts'
export {
  binomialInterval,
  type ConfidenceOptions,
  type Interval,
  oneSigma,
  poissonInterval,
  poissonQuantile,
} from './statistics/intervals.ts'
export { type OpenSearchStrainOptions, openSearchStrain, type SearchStrain } from './strain/search-strain.ts'
export type { SearchableStretch } from './strain/searchable-stretches.ts'
export { type ReadableStrain, type StrainStretch, type StrainStretchOptions, strainStretch } from './strain/stretch.ts'
export { type BankRecipe, bankFromRecipe, bankSchema } from './training/bank-recipe.ts'
export { candidatesKind } from './training/candidates-kind.ts'
export { type MassPair, type MassPairOptions, massPairTarget } from './volume/mass-pair-target.ts'
export { type ObservableVolumeOptions, observableVolumeGpc3 } from './volume/observable-volume.ts'
export {
  type SensitiveVolume,
  type SensitiveVolumeOptions,
  sensitiveVolume,
  type WeightedInjections,
} from './volume/sensitive-volume.ts'
export { type SourceColumns, type SourceDraws, type SourceFrame, sourceFrame } from './volume/source-frame.ts'
export {
  coverageOf,
  populationLogWeights,
  readSourcePopulation,
  type SourcePopulation,
} from './volume/source-population.ts'
