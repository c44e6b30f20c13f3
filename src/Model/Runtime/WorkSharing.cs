using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// Runs loop items on libtorch's own OpenMP threads. A second pool beside them would fight with them for the cores,
/// because OpenMP's idle threads spin. Without that library the items run on .NET's pool.
/// </summary>
internal static unsafe class WorkSharing
{
    private static readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Parallel = FindOpenMp();

    /// <summary>Whether items run on libtorch's threads.</summary>
    public static bool SharesThreads => Parallel != null;

    /// <summary>Calls <paramref name="body"/> for 0 to <paramref name="items"/> - 1, in any order, and waits. The body must not throw.</summary>
    public static void For(int items, Action<int> body)
    {
        var threads = Math.Min(items, get_num_threads());
        if (threads <= 1)
        {
            for (var item = 0; item < items; item++)
            {
                body(item);
            }

            return;
        }

        if (Parallel == null)
        {
            System.Threading.Tasks.Parallel.For(0, items, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
            return;
        }

        var work = GCHandle.Alloc(new Work(items, body));
        try
        {
            Parallel(&Run, (void*)GCHandle.ToIntPtr(work), (uint)threads, 0);
        }
        finally
        {
            work.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static void Run(void* data)
    {
        var work = (Work)GCHandle.FromIntPtr((nint)data).Target!;
        for (var item = work.Next(); item < work.Items; item = work.Next())
        {
            work.Body(item);
        }
    }

    private static delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> FindOpenMp()
    {
        // libtorch brings its own copy under a name with a hash; the loader finds it by that name once libtorch is loaded.
        using (zeros(1))
        {
        }

        var name = LoadedLibraries.Find("libgomp");
        return name is not null && NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var function)
            ? (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)function
            : null;
    }

    private sealed class Work(int items, Action<int> body)
    {
        private int _next = -1;

        public int Items => items;

        public Action<int> Body => body;

        public int Next() => Interlocked.Increment(ref _next);
    }
}
