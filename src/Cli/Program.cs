using Hermes.Cli;

return await CommandLine.RunAsync(args);
