namespace Hermes.Cli.Quickstart;

/// <summary>A file of lines that several threads write.</summary>
internal sealed class LineLog(string file) : IAsyncDisposable
{
    private readonly StreamWriter _writer = new(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    private readonly Lock _gate = new();
    private bool _closed;

    public void Write(string line)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _writer.WriteLine(line);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        await _writer.DisposeAsync();
    }
}
