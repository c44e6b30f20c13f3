using Hermes.Benchmarks.Learning;

return args is ["learn", _, ..] ? LearningTrial.Run(args[1..]) : 0;
