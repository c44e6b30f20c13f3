using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;

namespace Hermes.Worker.Tests.Processes;

/// <summary>The real worker in a process of its own, led as a silo leads it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private WorkerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Starts <c>hermes-worker serve</c>.</summary>
    public static WorkerProcess Serve(string dataDirectory, int threads = 1, params string[] options) =>
        new(Start(["serve", "--data-dir", dataDirectory, "--threads", threads.ToString(CultureInfo.InvariantCulture), "--checkpoint-seconds", "3600", .. options]));

    /// <summary>Starts <c>hermes-worker serve</c> with a variable more in its environment.</summary>
    public static WorkerProcess ServeWith(string name, string value, string dataDirectory) =>
        new(Start(["serve", "--data-dir", dataDirectory, "--threads", "1"], new Dictionary<string, string> { [name] = value }));

    /// <summary>Starts a worker that only looks into cases.</summary>
    public static WorkerProcess Beside(string dataDirectory) => new(Start("serve", "--data-dir", dataDirectory, "--without-device"));

    /// <summary>Runs another command of the worker to its end.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<WorkerMessage> Messages, string Errors)> RunAsync(params string[] arguments)
    {
        await using var worker = new WorkerProcess(Start(arguments));
        worker.EndInput();
        var messages = new List<WorkerMessage>();
        while (await worker.TryReadAsync() is { } message)
        {
            messages.Add(message);
        }

        return (await worker.WaitAsync(), messages, await worker._errors);
    }

    /// <summary>Runs a command of the worker that prints something else than messages to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> TextAsync(params string[] arguments) => TextAsync(new Dictionary<string, string>(), arguments);

    /// <inheritdoc cref="TextAsync(string[])"/>
    public static async Task<(int ExitCode, string Output, string Errors)> TextAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var worker = new WorkerProcess(Start(arguments, environment));
        worker.EndInput();
        var output = await worker._process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        return (await worker.WaitAsync(), output, await worker._errors);
    }

    public Task SendAsync(WorkerCommand command) => SendAsync(JsonSerializer.Serialize(command, WorkOrderJson.Options));

    public async Task SendAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public Task ExecuteAsync(WorkOrder order) => SendAsync(new WorkerCommand { Execute = order });

    /// <summary>The next message.</summary>
    public async Task<WorkerMessage> ReadAsync() => await TryReadAsync() ?? throw new EndOfStreamException($"The worker ended: {await _errors}");

    /// <summary>The first of the next messages that is as wanted.</summary>
    public async Task<WorkerMessage> ReadAsync(Func<WorkerMessage, bool> isWanted)
    {
        while (true)
        {
            var message = await ReadAsync();
            if (isWanted(message))
            {
                return message;
            }
        }
    }

    /// <summary>Sends an order and reads to the message that ends it.</summary>
    public async Task<WorkerMessage> AnswerAsync(WorkOrder order)
    {
        await ExecuteAsync(order);
        return await ReadAsync(m => m.OrderId == order.OrderId && m.IsEnd);
    }

    /// <summary>Sends a training order and cancels it after a step; the checkpoint it leaves.</summary>
    public async Task<CheckpointHead> CheckpointAsync(TrainOrder order, int afterStep)
    {
        await ExecuteAsync(order);
        await ReadAsync(m => m.Report is { Phase: "train", Metrics: not null } report && report.Done >= afterStep);
        await SendAsync(new WorkerCommand { Cancel = order.OrderId });
        var checkpoint = await ReadAsync(m => m.Report?.Checkpoint is not null);
        await ReadAsync(m => m.IsEnd);
        return checkpoint.Report!.Checkpoint!;
    }

    public void EndInput() => _process.StandardInput.Close();

    public Task<int> WaitAsync() => _process.EndAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await _process.EndByForceAsync();
        }

        _process.Dispose();
    }

    private static Process Start(params string[] arguments) => Start(arguments, new Dictionary<string, string>());

    private static Process Start(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var description = PlatformProgram.Worker.StartInfo(arguments);
        foreach (var (name, value) in environment)
        {
            description.Environment[name] = value;
        }

        description.RedirectStandardInput = true;
        description.RedirectStandardOutput = true;
        description.RedirectStandardError = true;
        return Process.Start(description)!;
    }

    private async Task<WorkerMessage?> TryReadAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line ? JsonSerializer.Deserialize<WorkerMessage>(line, WorkOrderJson.Options) : null;
}
