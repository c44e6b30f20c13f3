using System.Globalization;

namespace Hermes.Cli.Output;

/// <summary>Shows long work: a bar with rate and time left on a terminal, now and then a line elsewhere.</summary>
internal sealed class ProgressDisplay(TextWriter writer, bool isTerminal, TimeProvider time) : IDisposable
{
    private const int BarWidth = 24;
    private const int DefaultWidth = 100;
    private const double Mebibyte = 1 << 20;
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(30);

    private readonly Queue<(long At, double Done)> _samples = new();
    private readonly Lock _gate = new();
    private string _phase = "";
    private string _shown = "";
    private long? _shownAt;
    private bool _barIsOn;
    private bool _isUnderWay;
    private bool _isAtEnd;

    /// <summary>How far a phase is, in <paramref name="unit"/>s; the total is 0 while unknown.</summary>
    public void Report(string phase, double done, double total, string unit, string? note = null)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var isNew = phase != _phase;
            if (isNew)
            {
                _phase = phase;
                _samples.Clear();
                _isUnderWay = false;
                _isAtEnd = false;
            }

            Sample(now, done);
            // Told once: of several files under way each may be the last.
            var isEnd = total > 0 && done >= total && !_isAtEnd;
            _isAtEnd |= isEnd;
            var isDue = _shownAt is null || time.GetElapsedTime(_shownAt.Value, now) >= (isTerminal ? BarInterval : LineInterval);
            if (!isNew && !isEnd && !isDue)
            {
                return;
            }

            Show(now, Text(phase, done, total, unit, note, now), done, total);
        }
    }

    /// <summary>A sentence, above the bar.</summary>
    public void Say(string sentence)
    {
        lock (_gate)
        {
            Clear();
            writer.WriteLine(sentence);
        }
    }

    /// <summary>Takes the bar away.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_barIsOn)
            {
                writer.Write("\r\e[K");
                _barIsOn = false;
            }

            writer.Flush();
        }
    }

    public void Dispose() => Clear();

    private static string Amount(double value, string unit) => unit == "MiB"
        ? (value / Mebibyte).ToString("0.0", CultureInfo.InvariantCulture)
        : value.ToString("0.##", CultureInfo.InvariantCulture);

    private void Sample(long now, double done)
    {
        // Going on from a checkpoint begins a new measurement: those steps were not done now.
        if (_samples.Count > 0 && done < _samples.Last().Done)
        {
            _samples.Clear();
            _isUnderWay = false;
        }

        if (_samples.Count == 0 || done > _samples.Last().Done)
        {
            _samples.Enqueue((now, done));
        }

        // The first piece took as long as getting ready did; later ones tell the speed.
        if (!_isUnderWay && _samples.Count > 2)
        {
            _samples.Dequeue();
            _isUnderWay = true;
        }

        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > RateWindow)
        {
            _samples.Dequeue();
        }
    }

    private string Text(string phase, double done, double total, string unit, string? note, long now)
    {
        var (firstAt, firstDone) = _samples.Peek();
        var seconds = time.GetElapsedTime(firstAt, now).TotalSeconds;
        var rate = seconds > 0.5 ? (done - firstDone) / seconds : 0;
        var parts = new List<string>
        {
            total > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{phase} {Amount(done, unit)}/{Amount(total, unit)} {unit} {Math.Floor(100 * done / total):0} %")
                : done > 0 ? $"{phase} {Amount(done, unit)} {unit}" : phase,
        };
        if (rate > 0)
        {
            parts.Add(unit == "MiB" || rate >= 0.1
                ? $"{(unit == "MiB" ? rate / Mebibyte : rate).ToString("0.0", CultureInfo.InvariantCulture)} {unit}/s"
                : $"{Tables.Seconds(1 / rate)} each");
            if (total > done)
            {
                parts.Add($"{Tables.Seconds((total - done) / rate)} left");
            }
        }

        if (!string.IsNullOrEmpty(note))
        {
            parts.Add(note);
        }

        return string.Join(", ", parts);
    }

    private void Show(long now, string text, double done, double total)
    {
        if (text == _shown && !isTerminal)
        {
            return;
        }

        _shown = text;
        _shownAt = now;
        if (!isTerminal)
        {
            writer.WriteLine(text);
            writer.Flush();
            return;
        }

        var filled = total > 0 ? (int)Math.Clamp(BarWidth * done / total, 0, BarWidth) : 0;
        var line = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {text}";
        var width = Math.Max(20, WindowWidth() - 1);
        writer.Write("\r" + (line.Length > width ? line[..width] : line) + "\e[K");
        writer.Flush();
        _barIsOn = true;
    }

    private static int WindowWidth()
    {
        try
        {
            // A terminal that was never told its size says 0.
            return Console.WindowWidth is > 0 and var width ? width : DefaultWidth;
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }
}
