using System.Diagnostics;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Workers;

/// <summary>One life of a worker process: commands go in as JSON lines, messages come out as JSON lines.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int LongestLine = 16 << 20;
    private const int LinesKept = 20;
    private const int LongestKeptLine = 400;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Action<WorkerMessage> _onMessage;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Queue<string> _lastLines = new();

    private WorkerProcess(Process process, Action<WorkerMessage> onMessage, ILogger log)
    {
        _process = process;
        _onMessage = onMessage;
        _log = log;
        Ended = EndAsync();
    }

    /// <summary>Completes when the process has ended and all it said was handed on.</summary>
    public Task<WorkerLostException> Ended { get; }

    /// <summary>Starts a worker.</summary>
    public static WorkerProcess Start(ProcessStartInfo description, Action<WorkerMessage> onMessage, ILogger log)
    {
        description.RedirectStandardInput = true;
        description.RedirectStandardOutput = true;
        description.RedirectStandardError = true;
        var process = Process.Start(description) ?? throw new InvalidOperationException($"{description.FileName} did not start.");
        log.LogInformation("Worker {Process} started: {Arguments}", process.Id, string.Join(' ', description.ArgumentList));
        return new WorkerProcess(process, onMessage, log);
    }

    /// <summary>Sends a command. When the worker is gone, <see cref="Ended"/> tells; this does not.</summary>
    public async Task SendAsync(WorkerCommand command)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(command, WorkOrderJson.Options);
        await _writing.WaitAsync();
        try
        {
            var input = _process.StandardInput.BaseStream;
            await input.WriteAsync(line);
            await input.WriteAsync("\n"u8.ToArray());
            await input.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _log.LogInformation("Worker {Process} no longer listens", _process.Id);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the process without asking it.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }

    /// <summary>Closes the worker's input, which ends it, and waits.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The pipe broke because the worker ended first.
        }

        if (await Task.WhenAny(Ended, Task.Delay(Farewell)) != Ended)
        {
            Kill();
            await Ended;
        }

        _process.Dispose();
        _writing.Dispose();
    }

    private async Task<WorkerLostException> EndAsync()
    {
        await Task.WhenAll(ReadMessagesAsync(), ReadErrorsAsync());
        await _process.WaitForExitAsync();
        _log.LogInformation("Worker {Process} exited {ExitCode}", _process.Id, _process.ExitCode);
        lock (_lastLines)
        {
            return new WorkerLostException(_process.ExitCode, [.. _lastLines]);
        }
    }

    private async Task ReadMessagesAsync()
    {
        try
        {
            await foreach (var line in BoundedLines.ReadAsync(_process.StandardOutput.BaseStream, LongestLine))
            {
                if (line.Length > 0)
                {
                    HandOn(line.Span);
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Keep($"The silo stopped listening: {error.Message}");
            Kill();
        }
    }

    private void HandOn(ReadOnlySpan<byte> line)
    {
        if (Read(line) is { } message)
        {
            _onMessage(message);
        }
        else
        {
            // A library that prints to standard output must not take the worker down; what it printed may explain a loss.
            Keep(System.Text.Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestKeptLine)]));
        }
    }

    private static WorkerMessage? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<WorkerMessage>(line, WorkOrderJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task ReadErrorsAsync()
    {
        try
        {
            await foreach (var line in BoundedLines.ReadAsync(_process.StandardError.BaseStream, LongestLine))
            {
                Keep(System.Text.Encoding.UTF8.GetString(line.Span[..Math.Min(line.Length, LongestKeptLine)]));
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Keep($"Its messages ended: {error.Message}");
        }
    }

    private void Keep(string line)
    {
        _log.LogDebug("Worker {Process}: {Line}", _process.Id, line);
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
