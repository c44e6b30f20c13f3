using Hermes.Benchmarks;
using Hermes.Benchmarks.Fuzzing;
using Hermes.Benchmarks.Learning;
using Hermes.Benchmarks.Operations;
using Hermes.Model.Runtime;

// What a platform would use is measured.
if (Environment.GetEnvironmentVariable("HERMES_LIBTORCH") is { Length: > 0 } libtorch)
{
    TorchLibrary.Load(libtorch);
}

return args switch
{
    ["learn", _, ..] => LearningTrial.Run(args[1..]),
    ["memory", ..] => MemoryBench.Run(args[1..]),
    ["operations", ..] => await OperationsCommand.RunAsync(args[1..]),
    ["fuzz", ..] => FuzzCommand.Run(args[1..]),
    _ => BenchmarkCommand.Run(args, Console.Out),
};
