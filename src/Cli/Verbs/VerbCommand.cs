using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary>A verb: its options, its examples and its one way of failing.</summary>
internal sealed class VerbCommand(string name, string summary, params string[] examples) : Command(name, summary)
{
    /// <summary>Command lines that work as they stand, once names and files are the user's.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Sets what the verb does and returns the verb.</summary>
    public VerbCommand Does(Func<VerbContext, CancellationToken, Task<int>> action)
    {
        SetAction(async (parsed, cancellationToken) =>
        {
            var output = new VerbOutput(parsed.GetValue(VerbContext.Json));
            using var progress = new ProgressDisplay(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
            try
            {
                await using var context = new VerbContext(parsed, output, progress);
                return await action(context, cancellationToken);
            }
            catch (UsageException e)
            {
                progress.Clear();
                output.WrongUsage(e.Message, e.Hint);
                return ExitCodes.WrongUsage;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                progress.Clear();
                output.Failure("Stopped.", null, null);
                return ExitCodes.Interrupted;
            }
            catch (HermesException e)
            {
                progress.Clear();
                output.Failure(e.Message, e.File, RemedyWords.Hint(e));
                return ExitCodes.Failed;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                progress.Clear();
                output.Failure(e.Message, (e as FileNotFoundException)?.FileName, null);
                return ExitCodes.Failed;
            }
#pragma warning disable CA1031 // The last line of defence: a stack trace is no answer to a user.
            catch (Exception e)
#pragma warning restore CA1031
            {
                progress.Clear();
                output.Failure($"The command failed in a way that was not foreseen: {e.Message}", null, "Set HERMES_TRACE=1 to see where.");
                if (Environment.GetEnvironmentVariable("HERMES_TRACE") is not null)
                {
                    await Console.Error.WriteLineAsync(e.ToString());
                }

                return ExitCodes.Failed;
            }
        });
        return this;
    }
}
