using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// A thread for tensor work beside the caller's. Libtorch counts its threads per calling thread, so work here may be told to stay on one core
/// while the caller's own operations use all of them.
/// </summary>
internal sealed class TensorThread : IDisposable
{
    private readonly BlockingCollection<Task> _work = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">What a debugger shows.</param>
    /// <param name="threads">Threads of libtorch for what runs here, this one included.</param>
    public TensorThread(string name, int threads)
    {
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
        var callers = get_num_threads();
        Run(() =>
        {
            // A thread takes the number that was set last anywhere when it first asks, so it asks before it is told.
            _ = get_num_threads();
            set_num_threads(threads);
        }).GetAwaiter().GetResult();
        set_num_threads(callers);
    }

    /// <summary>Runs <paramref name="action"/> on the thread, after what was given before.</summary>
    public Task Run(Action action)
    {
        var task = new Task(action);
        _work.Add(task);
        return task;
    }

    /// <summary>Ends the thread once its work is done.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work()
    {
        foreach (var task in _work.GetConsumingEnumerable())
        {
            task.RunSynchronously(TaskScheduler.Default);
        }
    }
}
