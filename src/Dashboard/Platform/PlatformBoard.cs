namespace Hermes.Dashboard.Platform;

/// <summary>The newest view of the platform, shared by every open page of this process.</summary>
internal sealed class PlatformBoard
{
    private volatile PlatformView _current = PlatformView.FirstLook;

    /// <summary>Raised on the publisher's thread after <see cref="Current"/> has changed.</summary>
    public event Action? Changed;

    public PlatformView Current => _current;

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
