using Hermes.Benchmarks;
using Hermes.Benchmarks.Learning;

return args is ["learn", _, ..] ? LearningTrial.Run(args[1..]) : BenchmarkCommand.Run(args, Console.Out);
