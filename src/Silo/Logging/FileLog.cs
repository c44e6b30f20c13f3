using System.Collections.Concurrent;
using System.Globalization;

namespace Hermes.Silo.Logging;

/// <summary>A log file that is set aside when it has grown; three old ones are kept.</summary>
internal sealed class FileLog : ILoggerProvider
{
    private const long Largest = 10 << 20;
    private const int OldKept = 3;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Writer> _writers = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly TimeProvider _clock;
    private StreamWriter _file;

    public FileLog(string path, TimeProvider clock)
    {
        _path = path;
        _clock = clock;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = Open();
    }

    public ILogger CreateLogger(string categoryName) => _writers.GetOrAdd(categoryName, name => new Writer(this, name));

    public void Dispose()
    {
        lock (_gate)
        {
            try
            {
                _file.Dispose();
            }
            catch (IOException)
            {
                // The last lines found no room.
            }
        }
    }

    private StreamWriter Open() => new(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };

    private void Write(LogLevel level, string category, string message, Exception? error)
    {
        var time = _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        lock (_gate)
        {
            try
            {
                if (!_file.BaseStream.CanWrite)
                {
                    return;
                }

                _file.WriteLine($"{time} {level} {category}: {message}{(error is null ? "" : Environment.NewLine + error)}");
                if (_file.BaseStream.Length > Largest)
                {
                    SetAside();
                }
            }
            catch (IOException)
            {
                // A log that cannot be written, on a full disk say, must not fail the work it tells of.
            }
        }
    }

    private void SetAside()
    {
        _file.Dispose();
        for (var i = OldKept; i > 1; i--)
        {
            if (File.Exists($"{_path}.{i - 1}"))
            {
                File.Move($"{_path}.{i - 1}", $"{_path}.{i}", overwrite: true);
            }
        }

        File.Move(_path, _path + ".1", overwrite: true);
        _file = Open();
    }

    private sealed class Writer(FileLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(logLevel, category, formatter(state, exception), exception);
    }
}
