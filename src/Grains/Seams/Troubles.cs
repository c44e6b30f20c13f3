using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Grains.Seams;

/// <summary>What is wrong with this silo and its actors, as they noticed: kept in memory, one entry a subject, the newest hundred.</summary>
public sealed class Troubles(TimeProvider clock)
{
    private const int Kept = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PlatformTrouble> _known = new(StringComparer.Ordinal);

    /// <summary>What is known, newest first.</summary>
    public IReadOnlyList<PlatformTrouble> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _known.Values.OrderByDescending(t => t.Last)];
            }
        }
    }

    /// <summary>Something went wrong with <paramref name="subject"/>.</summary>
    /// <returns>Whether nothing was known of it.</returns>
    public bool Note(string subject, string message)
    {
        lock (_gate)
        {
            var times = _known.TryGetValue(subject, out var known) ? known.Times : 0;
            _known[subject] = new PlatformTrouble(subject, message, clock.GetUtcNow(), times + 1);
            if (_known.Count > Kept)
            {
                _known.Remove(_known.Values.MinBy(t => t.Last)!.Subject);
            }

            return times == 0;
        }
    }

    /// <summary>The subject is well again.</summary>
    public void Clear(string subject)
    {
        lock (_gate)
        {
            _known.Remove(subject);
        }
    }
}
