using Hermes.Benchmarks;

return BenchmarkCommand.Run(args, Console.Out);
