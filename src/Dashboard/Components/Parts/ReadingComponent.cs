using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Microsoft.AspNetCore.Components;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>
/// A page, or a part of one, that reads something of the platform: when it is shown or shows something else, when the platform tells that it changed, every few
/// seconds, and as soon as a platform that was away answers again.
/// </summary>
/// <typeparam name="T">What it reads.</typeparam>
public abstract class ReadingComponent<T> : BoardComponent
    where T : class
{
    /// <summary>How long an answer is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // The least time from one reading to the next, however often the platform tells that it changed.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _gone = new();

    private CancellationTokenSource? _reading;
    private ITimer? _timer;
    private object? _subject;
    private long _read;
    private bool _isDue;
    private bool _wasAway;

    /// <summary>The clock.</summary>
    [Inject]
    protected TimeProvider Time { get; private set; } = null!;

    /// <summary>What was read last; null before, and where there is none any more. While it cannot be read it stays: somebody looks at it, or is writing in it.</summary>
    protected T? Found { get; private set; }

    /// <summary>Why it cannot be read, if so.</summary>
    protected Failure? Problem { get; private set; }

    /// <summary>What it is about, with all that its reading depends on: of another, nothing that was read before is shown. Null where whatever is asked for is read anew.</summary>
    protected virtual object? Subject => null;

    /// <summary>Whether what was read never changes, and is not read again.</summary>
    protected virtual bool IsFinal => false;

    /// <summary>Which changes of the platform change what is read; null where it does not tell them.</summary>
    protected virtual Predicate<PlatformChange>? Concern => null;

    /// <summary>How long an answer may take.</summary>
    protected virtual TimeSpan Limit => Patience;

    /// <summary>Reads what is to be shown.</summary>
    protected abstract Task<T> ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync()
    {
        var isSame = Subject is not null && Equals(Subject, _subject);
        if (!Equals(Subject, _subject))
        {
            (_subject, Found, Problem) = (Subject, null, null);
        }

        // A part is drawn anew with its page, whatever happened there: what is being read of the same thing goes on, and is read again in its own time.
        return isSame || (IsFinal && Found is not null) ? Task.CompletedTask : ReadAgainAsync();
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _timer = Time.CreateTimer(_ => _ = InvokeAsync(LookNowAndThenAsync), null, Every, Every);
            Board.Told += Hear;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Board.Told -= Hear;
        _gone.Cancel();
        _timer?.Dispose();
        _reading?.Cancel();
        base.Dispose(disposing);
    }

    /// <summary>Reads now; an answer that is still awaited is not waited for.</summary>
    protected async Task ReadAgainAsync()
    {
        if (!RendererInfo.IsInteractive)
        {
            // The page that is sent first is drawn again at once, and read for then.
            return;
        }

        _reading?.Cancel();
        if (View.Contents is null)
        {
            // Whoever draws it says so, and it is read when that changes.
            Problem = null;
            return;
        }

        using var patience = new CancellationTokenSource(Limit, Time);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        (_reading, _read) = (reading, Time.GetTimestamp());
        try
        {
            var found = await ReadAsync(reading.Token);
            if (_reading == reading)
            {
                (Found, Problem) = (found, null);
            }
        }
#pragma warning disable CA1031 // Whatever goes wrong with one reading, the next one may succeed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // One that was given up for a newer one, or because nobody looks any more, says nothing.
            if (_reading == reading && (!reading.IsCancellationRequested || patience.IsCancellationRequested))
            {
                (Found, Problem) = (failure is HermesException { IsPassing: false } ? null : Found, ReadFailure.Of(failure));
            }
        }
        finally
        {
            _reading = _reading == reading ? null : _reading;
        }
    }

    /// <summary>Reads what was changed just now, and shows it.</summary>
    protected async Task LookAsync()
    {
        await ReadAgainAsync();
        StateHasChanged();
    }

    private protected override async Task BoardChangedAsync()
    {
        StateHasChanged();
        if (View.Contents is null)
        {
            _wasAway = true;
        }
        else if (_reading is null && (_wasAway || (Found is null && Problem is null)))
        {
            _wasAway = false;
            await LookAgainAsync();
        }
    }

    private void Hear(PlatformChanges changes)
    {
        if (Concern is { } concern && (changes.IsEverything || changes.Changes.Any(c => concern(c))))
        {
            _ = InvokeAsync(LookSoonAsync);
        }
    }

    // One reading for all that is told until it begins; of one that is under way nobody knows whether it was in time.
    private async Task LookSoonAsync()
    {
        if (_isDue || _gone.IsCancellationRequested)
        {
            return;
        }

        _isDue = true;
        while (_reading is not null || Time.GetElapsedTime(_read) < Rest)
        {
            var rest = Rest - Time.GetElapsedTime(_read);
            await Task.Delay(rest > TimeSpan.Zero ? rest : Rest / 10, Time, _gone.Token);
        }

        _isDue = false;
        await LookAgainAsync();
    }

    private Task LookNowAndThenAsync() =>
        Concern is not null && Problem is null && Board.IsTold && Time.GetElapsedTime(_read) < PlatformWatcher.Net ? Task.CompletedTask : LookAgainAsync();

    private async Task LookAgainAsync()
    {
        if (_reading is null && !(IsFinal && Found is not null && View.Contents is not null))
        {
            await LookAsync();
        }
    }
}
