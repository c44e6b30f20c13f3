using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>A program of the platform as a child of this process. Its standard input is a pipe that ends with this process, however it ends.</summary>
public sealed class ChildProgram : IChildProcess
{
    private const int LinesKept = 40;

    private readonly Process _process;
    private readonly Queue<string> _errors = new();
    private readonly Task _reading;

    private ChildProgram(Process process, Action<string>? onLine)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, onLine, null), ReadAsync(process.StandardError, onLine, _errors));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program; every line it writes goes to <paramref name="onLine"/>.</summary>
    public static ChildProgram Start(PlatformProgram program, IEnumerable<string> arguments, Action<string>? onLine = null)
    {
        var start = program.StartInfo(arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return new ChildProgram(Process.Start(start)!, onLine);
    }

    /// <summary>Runs a program of the platform to its end and reads the JSON document it prints.</summary>
    /// <exception cref="HermesException">It said that it cannot, printed something else or did not end in time.</exception>
    public static async Task<T> AskAsync<T>(
        PlatformProgram program, IEnumerable<string> arguments, JsonSerializerOptions json, TimeSpan patience, CancellationToken cancellationToken)
    {
        var lines = new ConcurrentQueue<string>();
        await using var child = Start(program, arguments, lines.Enqueue);
        try
        {
            var code = await child.WaitAsync(cancellationToken).WaitAsync(patience, cancellationToken);
            var said = string.Join('\n', lines);
            var begin = said.IndexOf('{', StringComparison.Ordinal);
            return code == 0 && begin >= 0
                ? JsonSerializer.Deserialize<T>(said[begin..(said.LastIndexOf('}') + 1)], json)!
                : throw new HermesException(child.LastWords() ?? $"The {program.Room.ToLowerInvariant()} ended with code {code} and without a word.");
        }
        catch (TimeoutException)
        {
            throw new HermesException($"The {program.Room.ToLowerInvariant()} did not end within {patience.TotalSeconds:0} s.");
        }
        catch (JsonException error)
        {
            throw new HermesException($"The {program.Room.ToLowerInvariant()} printed something else than was expected: {error.Message}");
        }
    }

    /// <summary>Runs a program that tells how far it is, in lines of <see cref="ToldWork{TStep, TResult}"/>, to its end, however long that takes.</summary>
    /// <exception cref="HermesException">It said that it cannot, or ended without a result.</exception>
    public static async Task<TResult> FollowAsync<TStep, TResult>(
        PlatformProgram program, IEnumerable<string> arguments, JsonSerializerOptions json, Action<TStep> onStep, CancellationToken cancellationToken)
        where TStep : class
        where TResult : class
    {
        TResult? result = null;
        await using var child = Start(program, arguments, line =>
        {
            if (line.StartsWith('{') && JsonSerializer.Deserialize<ToldWork<TStep, TResult>>(line, json) is { } told)
            {
                result = told.Result ?? result;
                if (told.Step is { } step)
                {
                    onStep(step);
                }
            }
        });
        var code = await child.WaitAsync(cancellationToken);
        return (code == 0 ? result : null) ?? throw new HermesException(child.LastWords() ?? $"The {program.Room.ToLowerInvariant()} ended with code {code} and without a word.");
    }

    /// <summary>Runs any program to its end and returns what it printed; code 127 when there is no such program.</summary>
    public static async Task<(int Code, IReadOnlyList<string> Lines)> AskAsync(
        string program, IEnumerable<string> arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            try
            {
                var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
                await process.WaitForExitAsync(cancellationToken).WaitAsync(patience, cancellationToken);
                return (process.ExitCode, (await said.WaitAsync(patience, cancellationToken))[0].Split('\n'));
            }
            catch
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (Win32Exception)
        {
            return (127, []);
        }
    }

    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.ExitCode;
    }

    /// <summary>What it said last on standard error: the sentence it ended with.</summary>
    public string? LastWords()
    {
        lock (_errors)
        {
            var told = _errors.LastOrDefault(line => line.StartsWith("error: ", StringComparison.Ordinal)) ?? _errors.LastOrDefault(line => line.Trim().Length > 0);
            return told?.Replace("error: ", "", StringComparison.Ordinal).Trim();
        }
    }

    /// <summary>Ends it: a request first, force when it does not follow.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.AskToEnd(_process);
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(Grace.Program);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, Action<string>? onLine, Queue<string>? keep)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (keep is not null)
            {
                lock (keep)
                {
                    keep.Enqueue(line);
                    if (keep.Count > LinesKept)
                    {
                        keep.Dequeue();
                    }
                }
            }

            onLine?.Invoke(line);
        }
    }
}
