#ifndef STAFFROOM_CCRASHPOINT_H
#define STAFFROOM_CCRASHPOINT_H

/// The environment variable that names the file with the plan.
///
/// The library is preloaded (`LD_PRELOAD`) into a program that knows nothing of it, and kills that program, as `kill -9`
/// does, at one of its calls. No program of ours is linked with it.
///
/// A plan is one step a line, at most 8; each waits for the one before it, and the last one kills:
///
///     MOMENT CALL SUFFIX COUNT [TEXT]
///
/// - MOMENT: `before` or `after` the call is carried out.
/// - CALL: `write`, `sync`, `truncate`, `rename` (its first name), `unlink`, or `connect`.
/// - SUFFIX: how the file's path ends; `-` for `connect`.
/// - COUNT: which of the calls it is, counted from 1 and from the step before.
/// - TEXT: only writes whose bytes hold this count; without blanks.
///
/// The plan counts from the first call after its file is there, so a running program is armed by making the file, under
/// its name all at once. A plan that cannot be read kills at once, so that nothing passes for a trial that was none.
#define STAFFROOM_CRASH_PLAN "CRASH_PLAN"

#endif
