using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Platform;

/// <summary>The newest view of the platform, shared by every open page of this process.</summary>
internal sealed class PlatformBoard
{
    private volatile PlatformView _current = PlatformView.FirstLook;

    /// <summary>Raised on the publisher's thread after <see cref="Current"/> has changed.</summary>
    public event Action? Changed;

    /// <summary>Raised on the publisher's thread when the platform told that something changed.</summary>
    public event Action<PlatformChanges>? Told;

    /// <summary>Whether the platform tells what changes, so that nobody has to ask for it.</summary>
    public bool IsTold { get; set; }

    public PlatformView Current => _current;

    /// <summary>Passes on what the platform told.</summary>
    public void Tell(PlatformChanges changes) => Told?.Invoke(changes);

    /// <summary>Puts up a view; pages hear of it only when it differs from the one before.</summary>
    public void Publish(PlatformView view)
    {
        if (view == _current)
        {
            return;
        }

        _current = view;
        Changed?.Invoke();
    }
}
