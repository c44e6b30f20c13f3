using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Microsoft.AspNetCore.Components;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>
/// A page, or a part of one, that reads something of the platform: when it is shown or shows something else, every few seconds, and as soon as a platform that was
/// away answers again.
/// </summary>
/// <typeparam name="T">What it reads.</typeparam>
public abstract class ReadingComponent<T> : BoardComponent
    where T : class
{
    /// <summary>How long an answer is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private CancellationTokenSource? _reading;
    private ITimer? _timer;
    private object? _subject;

    /// <summary>The clock.</summary>
    [Inject]
    protected TimeProvider Time { get; private set; } = null!;

    /// <summary>What was read last; null before, and while it cannot be read.</summary>
    protected T? Found { get; private set; }

    /// <summary>Why it cannot be read, if so.</summary>
    protected Failure? Problem { get; private set; }

    /// <summary>What it is about: of another, nothing that was read before is shown.</summary>
    protected virtual object? Subject => null;

    /// <summary>Whether what was read never changes, and is not read again.</summary>
    protected virtual bool IsFinal => false;

    /// <summary>How long an answer may take.</summary>
    protected virtual TimeSpan Limit => Patience;

    /// <summary>Reads what is to be shown.</summary>
    protected abstract Task<T> ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync()
    {
        if (!Equals(Subject, _subject))
        {
            (_subject, Found, Problem) = (Subject, null, null);
        }

        return IsFinal && Found is not null ? Task.CompletedTask : ReadAgainAsync();
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _timer = Time.CreateTimer(_ => _ = InvokeAsync(LookAgainAsync), null, Every, Every);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
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
            (Found, Problem) = (null, null);
            return;
        }

        using var patience = new CancellationTokenSource(Limit, Time);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        _reading = reading;
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
                (Found, Problem) = (null, ReadFailure.Of(failure));
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
        if (View.Contents is null ? Found is not null : Found is null && Problem is null && _reading is null)
        {
            await LookAgainAsync();
        }
    }

    private async Task LookAgainAsync()
    {
        if (_reading is null && !(IsFinal && Found is not null && View.Contents is not null))
        {
            await LookAsync();
        }
    }
}
